import type { Channel, Click, Faults, Line, Message, Notice, OpenView, Person } from './vocabulary.ts';

/** What the page of one person starts from; changes follow. */
export interface Snapshot {
  me: Person;
  people: Person[];
  app: { id: string; name: string; description: string };
  commands: { command: string; description: string; hint: string }[];
  channels: Channel[];
  messages: Message[];
  clicks: Click[];
  views: OpenView[];
  notices: Notice[];
  line: Line;
  faults: Faults;
}

/** What the page asks for, on behalf of one person. */
export type Deed =
  | { do: 'type'; channel: string; text: string; threadTs?: string }
  | { do: 'click'; channel: string; ts: string; actionId: string; choice?: string }
  | { do: 'submit-view'; id: string; values: Record<string, string> }
  | { do: 'close-view'; id: string }
  | { do: 'disconnect'; reason: 'warning' | 'refresh_requested' }
  | { do: 'cut' }
  | { do: 'save-request-url'; url: string }
  | { do: 'api'; how: Faults['api'] }
  | { do: 'delay'; ms: number };
