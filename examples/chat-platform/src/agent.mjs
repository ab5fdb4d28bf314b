import { setImmediate as nextTurn } from 'node:timers/promises';
import { chooseTool, tools } from './tools.mjs';

/** The order in which every message's events are emitted. */
export const agentEvents = ['agent_started', 'agent_thinking', 'tool_executing', 'tool_completed', 'agent_completed'];

/** Works on one message and yields its five events; a tool that fails ends in `agent_completed` with an error, never in silence. */
export async function* runAgent({ id, text }) {
  const chosen = chooseTool(text);
  yield { type: 'agent_started', message: id };
  // Other users' agents get their turn between the steps.
  await nextTurn();
  yield { type: 'agent_thinking', message: id, thought: `use ${chosen.name}` };
  await nextTurn();
  yield { type: 'tool_executing', message: id, tool: chosen.name, input: chosen.words };
  await nextTurn();
  const result = execute(chosen);
  yield { type: 'tool_completed', message: id, tool: chosen.name, ...result };
  await nextTurn();
  yield { type: 'agent_completed', message: id, ...('error' in result ? result : { answer: result.output }) };
}

function execute({ name, words }) {
  try {
    return { output: tools[name](words) };
  } catch (error) {
    return { error: error.message };
  }
}
