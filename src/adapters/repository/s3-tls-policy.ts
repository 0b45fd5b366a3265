import { z } from 'zod';

/** As much of a bucket's policy as has to be understood; the rest is carried along untouched. */
const policySchema = z.looseObject({
  Version: z.string().optional(),
  Statement: z.union([z.array(z.looseObject({})), z.looseObject({}).transform((one) => [one])]).default(() => []),
});

const statementId = 'TidemarkTlsOnly';

/** Whether a policy refuses everybody who comes without TLS. */
export function demandsTls(policy: string | undefined): boolean {
  return statementsOf(policy).some((statement) => {
    const { Effect, Principal, Condition } = statement as Record<string, unknown>;
    const everybody = Principal === '*' || (Object(Principal) as { AWS?: unknown }).AWS === '*';
    const bool = Object((Object(Condition) as { Bool?: unknown }).Bool) as Record<string, unknown>;
    return Effect === 'Deny' && everybody && String(bool['aws:SecureTransport']) === 'false';
  });
}

/** The policy with a statement that does so; the statements of others stay. */
export function withTlsDemanded(policy: string | undefined, bucket: string, partition = 'aws'): string {
  const own = {
    Sid: statementId,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [`arn:${partition}:s3:::${bucket}`, `arn:${partition}:s3:::${bucket}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const others = statementsOf(policy).filter(({ Sid }) => Sid !== statementId);
  const rest = policy === undefined ? { Version: '2012-10-17' } : policySchema.parse(JSON.parse(policy));
  return JSON.stringify({ ...rest, Statement: [...others, own] });
}

function statementsOf(policy: string | undefined): readonly Record<string, unknown>[] {
  return policy === undefined ? [] : policySchema.parse(JSON.parse(policy)).Statement;
}
