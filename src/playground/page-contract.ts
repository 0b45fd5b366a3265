import type { Channel, Click, Faults, Line, Message, Notice, OpenModal, Person } from './vocabulary.ts';

/** What the page of one person starts from; changes follow. */
export interface Snapshot {
  me: Person;
  people: Person[];
  app: { id: string; name: string; description: string };
  commands: { command: string; description: string; hint: string }[];
  channels: Channel[];
  messages: Message[];
  clicks: Click[];
  /** What stands open before this person. */
  modal?: OpenModal;
  notices: Notice[];
  line: Line;
  faults: Faults;
}

/** What the page asks for, on behalf of one person. */
export type Deed =
  | { do: 'type'; channel: string; text: string; threadTs?: string }
  | { do: 'click'; channel: string; ts: string; actionId: string; choice?: string }
  | { do: 'press'; view: string; actionId: string; choice?: string }
  | { do: 'enter'; view: string; blockId: string; value: string; entered: Record<string, string> }
  | { do: 'submit'; view: string; entered: Record<string, string> }
  | { do: 'close-modal'; view: string }
  | { do: 'disconnect'; reason: 'warning' | 'refresh_requested' }
  | { do: 'cut' }
  | { do: 'save-request-url'; url: string }
  | { do: 'api'; how: Faults['api'] }
  | { do: 'delay'; ms: number };
