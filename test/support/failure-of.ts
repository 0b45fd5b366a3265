import { Failure } from '../../src/domain/failure.ts';

/** The Failure that `work` ends with; anything else, or none, fails the test. */
export async function failureOf(work: () => unknown): Promise<Failure> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('Expected a Failure, but nothing failed.');
}
