import { Fragment, memo } from 'react';
import type { Block } from '../blocks/schemas.ts';
import type { Click } from '../vocabulary.ts';
import { Control, type Press } from './controls.tsx';
import { SlackText } from './slack-text.tsx';

/** The blocks of a message: texts drawn as Slack does, everything clickable our own. */
export const Blocks = memo(({ blocks, clicks, press }: { blocks: Block[]; clicks: Click[]; press: Press }) => (
  <>
    {blocks.map((block, i) => (
      <Fragment key={block.block_id ?? i}>
        <OneBlock block={block} clicks={clicks} press={press} />
      </Fragment>
    ))}
  </>
));

/** One of them, in a message or in a modal. */
export function OneBlock({ block, clicks, press }: { block: Block; clicks: Click[]; press: Press }) {
  switch (block.type) {
    case 'header':
      return (
        <h3 className="block-header">
          <SlackText text={block.text} />
        </h3>
      );
    case 'divider':
      return <hr className="block-divider" />;
    case 'section':
      return (
        <div className="block-section">
          <div className="block-section-words">
            {block.text && <SlackText text={block.text} />}
            {block.fields && (
              <div className="block-fields">
                {block.fields.map((field, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: fields have no name of their own
                  <SlackText key={i} text={field} />
                ))}
              </div>
            )}
          </div>
          {block.accessory && <Control element={block.accessory} clicks={clicks} press={press} />}
        </div>
      );
    case 'context':
      return (
        <div className="block-context">
          {block.elements.map((text, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: elements have no name of their own
            <SlackText key={i} text={text} />
          ))}
        </div>
      );
    case 'actions':
      return (
        <div className="block-actions">
          {block.elements.map((element) => (
            <Control key={element.action_id} element={element} clicks={clicks} press={press} />
          ))}
        </div>
      );
    case 'table':
      return <Table block={block} />;
    default:
      return block satisfies never;
  }
}

function Table({ block }: { block: Extract<Block, { type: 'table' }> }) {
  const [head = [], ...rows] = block.rows;
  const align = (column: number) => ({ textAlign: block.column_settings?.[column]?.align ?? 'left' });
  return (
    <div className="block-table">
      <table>
        <thead>
          <tr>
            {head.map((cell, c) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
              <th key={c} scope="col" style={align(c)}>
                {cell.text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
            <tr key={r}>
              {row.map((cell, c) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <td key={c} style={align(c)}>
                  {cell.text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
