import type { TortureClass } from './case.ts';
import { crashPoints } from './crash-points.ts';
import { cutDatabase } from './cut-database.ts';
import { cutS3, failingS3 } from './cut-s3.ts';
import { cutSlack } from './cut-slack.ts';
import { damagedObjects } from './damaged-objects.ts';
import { dyingPrograms } from './dying-programs.ts';
import { failingDisks, failingState, powerCuts } from './failing-disks.ts';
import { keys } from './keys.ts';
import { randomKills } from './random-kills.ts';
import { restores } from './restores.ts';

/** In the order of the table. */
export const classes: readonly TortureClass[] = [
  crashPoints,
  randomKills,
  restores,
  keys,
  dyingPrograms,
  failingDisks,
  powerCuts,
  failingState,
  failingS3,
  cutS3,
  cutDatabase,
  cutSlack,
  damagedObjects,
];
