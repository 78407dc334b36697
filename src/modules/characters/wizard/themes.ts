import roleplayText from './themes.roleplay.txt' with { type: 'text' };
import simulatorText from './themes.simulator.txt' with { type: 'text' };

const linesOf = (text: string) => text.trim().split('\n');

/** Ideas for characters, as the wizard offers them. In Korean, like all that the wizard offers. */
export const themes = { roleplay: linesOf(roleplayText), simulator: linesOf(simulatorText) } as const;
