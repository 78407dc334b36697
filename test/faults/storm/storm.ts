import { type House, TARGETS, type Target } from './house.ts';
import type { Random } from './random.ts';

export type Kills = Record<Target, number>;

/** Kills `count` times, every target in turn in an order of chance; each is started again after a moment. */
export async function killInTurn(
  house: House,
  random: Random,
  count: number,
  { only = TARGETS, pauseMs = 1_200 }: { only?: readonly Target[]; pauseMs?: number } = {},
): Promise<Kills> {
  const kills: Kills = { 'api 1': 0, 'api 2': 0, worker: 0, postgres: 0, redis: 0 };
  let left: Target[] = [];
  for (let n = 0; n < count; n += 1) {
    if (left.length === 0) left = [...only];
    const target = left.splice(random.int(0, left.length - 1), 1)[0] as Target;
    await house.kill(target);
    await Bun.sleep(random.int(0, 600));
    await house.revive(target);
    kills[target] += 1;
    await Bun.sleep(random.int(100, pauseMs));
  }
  return kills;
}
