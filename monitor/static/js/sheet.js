/* The sheet a patient takes home: printed when somebody presses Print, never by itself. */
import { one } from "./dom.js";

one("#print").addEventListener("click", () => print());
