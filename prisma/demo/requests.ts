import type { DaysAgo } from "./document-history";
import type { PersonKey } from "./people";

export type DemoRequest = {
  field: "medicalLetter" | "contract";
  asked: DaysAgo;
  /** Days before now. Negative: the date is still to come. */
  due?: DaysAgo;
  message?: string;
  cancelled?: DaysAgo;
};

/** What the demo's admin asked each person for. */
export const DEMO_REQUESTS: Partial<Record<PersonKey, DemoRequest[]>> = {
  ada: [{ field: "medicalLetter", asked: 25, due: 10 }],
  soren: [
    {
      field: "contract",
      asked: 30,
      due: 3,
      message: "You drive from next month. Please sign the agreement for drivers before that.",
    },
    { field: "medicalLetter", asked: 10, due: -4 },
  ],
  olya: [{ field: "medicalLetter", asked: 20, due: -7, message: "For the choir's journey in spring." }],
  layla: [{ field: "contract", asked: 12, due: -5 }],
  nguyet: [{ field: "contract", asked: 9, due: -20, cancelled: 8 }],
  zoe: [{ field: "contract", asked: 2 }],
};
