/* The letter about a series: asks what the physician adds, and hands the file over. Law: what was typed goes in the body
   of a request, never into an address; the dialog closes only once the file is there. */
import { post, refusal } from "./api.js";
import { Ask } from "./ask.js";
import { make, one } from "./dom.js";

const button = one("#letter");

function handOver(file, name) {
  const address = URL.createObjectURL(file);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

button.addEventListener("click", () => {
  const path = `series/${button.dataset.series}/letter.pdf`;
  Ask.named("letter").open({
    keeps: path,
    submit: async ({ language, words }) => {
      const reply = await post(`${path}?language=${language}`, words ? { words } : {});
      if (reply.ok) handOver(reply.body.file, `series-${button.dataset.series}-letter.pdf`);
      return { ...reply, words: reply.ok ? "" : refusal(reply) };
    },
  });
});
