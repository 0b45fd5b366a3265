/** How long an app has to acknowledge, in milliseconds. */
export const acknowledgeWithin = 3_000;

/** What Slack has for the app; `what` names it where something goes wrong. */
export type Parcel = { what: string } & (
  | { kind: 'command'; payload: Record<string, string> }
  /** `answerable`: what it is acknowledged with is shown, as that of a modal's submission. */
  | { kind: 'interaction'; payload: Record<string, unknown>; answerable?: true }
  | { kind: 'event'; payload: Record<string, unknown>; retry?: { number: number; after: Undelivered } }
);

export type Delivery =
  /** Acknowledged in time, perhaps with a payload to show. */
  { kind: 'acknowledged'; payload: Record<string, unknown> } | Undelivered;

export type Undelivered =
  | { kind: 'timed-out' }
  /** Nobody was there all the while. */
  | { kind: 'unreachable' }
  /** Over HTTP: answered, but not with a 200. `again` is false when the app asked not to be sent it again. */
  | { kind: 'rejected'; status: number; again: boolean };

export interface Carrier {
  /** Sends it once, and waits until it is acknowledged or its time is up. */
  deliver(parcel: Parcel): Promise<Delivery>;
}

/** What Slack calls it when a command does not get through. */
export function errorOf(delivery: Undelivered): string {
  if (delivery.kind === 'timed-out') return 'operation_timeout';
  if (delivery.kind === 'unreachable') return 'dispatch_failed';
  return delivery.status < 500 ? 'http_client_error' : 'http_service_error';
}

export const whyNot = (delivery: Undelivered): string =>
  delivery.kind === 'rejected' ? `was answered with HTTP ${delivery.status}` : 'was not acknowledged within 3 s';
