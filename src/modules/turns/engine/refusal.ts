/** How models refuse, at the beginning of a short answer. */
const REFUSAL =
  /^\W{0,4}(?:i(?:'|’)?m (?:really )?sorry,? but|i am sorry,? but|i can(?:'|’)?t (?:help|assist|continue|comply|create|provide)|i cannot (?:help|assist|continue|comply|create|provide)|as an ai\b|죄송하지만[^"“]{0,40}(?:도와|도움|제공|응답|생성|작성)[^"“]{0,20}(?:없|못|어렵)|죄송합니다만?[^"“]{0,40}(?:도와|도움|제공|응답|생성|작성)[^"“]{0,20}(?:없|못|어렵))/i;
const MAX_REFUSAL_CHARS = 600;

/** Whether a reply is the model's refusal and no part of the story; later prompts leave it out. */
export function isRefusal(reply: string): boolean {
  return reply.length <= MAX_REFUSAL_CHARS && REFUSAL.test(reply);
}
