import type { BackupReport } from '../../domain/backup-report.ts';
import { everyRepository } from '../../operations/repository-named.ts';
import type { World } from '../../operations/world.ts';

/** A report that says not only what the repositories are called, but where they are. */
export function withPlaces(world: World, report: BackupReport): BackupReport {
  const all = everyRepository(world);
  const places = report.repositories.map((name) => {
    const location = all.find((repository) => repository.name === name)?.location;
    return location === undefined ? name : `${name} (${location})`;
  });
  return { ...report, repositories: places };
}
