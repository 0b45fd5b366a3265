const dateOf = (ts: string): Date => new Date(Number(ts) * 1000);

export const clockTime = (ts: string): string =>
  dateOf(ts).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

export const fullTime = (ts: string): string =>
  dateOf(ts).toLocaleString([], { dateStyle: 'full', timeStyle: 'medium' });

export function dayOf(ts: string): string {
  const day = dateOf(ts).toDateString();
  if (day === new Date().toDateString()) return 'Today';
  return dateOf(ts).toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
}

export function timeAgo(ts: string): string {
  const minutes = Math.floor((Date.now() - dateOf(ts).getTime()) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return `at ${clockTime(ts)}`;
}
