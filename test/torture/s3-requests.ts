import type { SeenRequest } from '../support/fault-proxy.ts';

/** Whether a request changes something in the store. */
export function isWriting({ method }: SeenRequest): boolean {
  return method === 'PUT' || method === 'POST' || method === 'DELETE';
}

/** Matches the n-th request of those that `among` matches, counted from 1 as they come; and the later ones, where it `lasts`. */
export function nth(
  n: number,
  { lasting = false, among = () => true }: { lasting?: boolean; among?: (request: SeenRequest) => boolean } = {},
): (request: SeenRequest) => boolean {
  let seen = 0;
  return (request) => {
    if (!among(request)) return false;
    seen += 1;
    return lasting ? seen >= n : seen === n;
  };
}
