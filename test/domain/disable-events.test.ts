import { expect, it } from 'vitest';
import { disableEvents } from '../../src/domain/disable-events.ts';

it('disables what was enabled and nothing else, and remembers which', () => {
  const dump = Buffer.from(`USE \`a\`\`b\`;
/*!50106 DROP EVENT IF EXISTS \`on\` */;
DELIMITER ;;
/*!50106 CREATE*/ /*!50117 DEFINER=\`root\`@\`localhost\`*/ /*!50106 EVENT \`on\` ON SCHEDULE EVERY '1 2' DAY_HOUR STARTS '2030-01-01 00:00:00' ON COMPLETION NOT PRESERVE ENABLE COMMENT 'ENABLE it' DO SELECT 'ON COMPLETION PRESERVE ENABLE'
*/ ;;
/*!50106 CREATE*/ /*!50117 DEFINER=\`role\`*/ /*!50106 EVENT \`off\` ON SCHEDULE AT '2033-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'it''s ON COMPLETION PRESERVE ENABLE' DO SELECT 1
*/ ;;
USE \`c\`;
/*!50106 CREATE*/ /*!50117 DEFINER=\`o ON COMPLETION PRESERVE ENABLE\`@\`%\`*/ /*!50106 EVENT \`x ON COMPLETION PRESERVE ENABLE\` ON SCHEDULE EVERY 1 HOUR STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE ENABLE DO BEGIN
  SELECT 1;
END
*/ ;;
`);
  const { sql, wereEnabled } = disableEvents(dump);
  expect(wereEnabled).toEqual([
    { schema: 'a`b', name: 'on' },
    { schema: 'c', name: 'x ON COMPLETION PRESERVE ENABLE' },
  ]);
  expect(sql.toString()).toBe(
    dump
      .toString()
      .replace("NOT PRESERVE ENABLE COMMENT 'ENABLE it'", "NOT PRESERVE DISABLE COMMENT 'ENABLE it'")
      .replace('PRESERVE ENABLE DO BEGIN', 'PRESERVE DISABLE DO BEGIN'),
  );
});

it('leaves a replica’s disabled event as it is', () => {
  const dump = Buffer.from(
    "/*!50106 CREATE*/ /*!50106 EVENT `e` ON SCHEDULE AT '2033-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE ON SLAVE DO SELECT 1\n*/ ;;\n",
  );
  expect(disableEvents(dump)).toEqual({ sql: dump, wereEnabled: [] });
});

it('leaves every byte else as it is, whatever character set it is in', () => {
  const event = (state: string) =>
    Buffer.concat([
      Buffer.from(
        `USE \`ü\`;\n/*!50106 CREATE*/ /*!50106 EVENT \`é\` ON SCHEDULE EVERY 1 DAY ON COMPLETION PRESERVE ${state} COMMENT '`,
      ),
      Buffer.from([0xe9, 0xff, 0x83, 0x5c]),
      Buffer.from("' DO SELECT 1\n*/ ;;\n"),
    ]);
  expect(disableEvents(event('ENABLE'))).toEqual({ sql: event('DISABLE'), wereEnabled: [{ schema: 'ü', name: 'é' }] });
});
