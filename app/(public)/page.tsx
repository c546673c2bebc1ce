import type { Metadata } from "next";
import card from "@/public/dossier.png";
import styles from "./landing.module.css";
import { LandingIllustration } from "./landing-illustration";

const title = "Dossier: profiles people show, documents only reviewers see";
const description =
  "A calm registry for organisations that vet people. Members keep a profile and hand in private documents. Reviewers decide, and every opening is on record.";

export const metadata: Metadata = {
  title: { absolute: title },
  description,
  robots: { index: true, follow: true },
  alternates: { canonical: "/" },
  openGraph: {
    title,
    description,
    type: "website",
    url: "/",
    siteName: "Dossier",
    images: [
      { url: card.src, width: card.width, height: card.height, alt: "A certificate with an approval stamp." },
    ],
  },
  // Not `twitter`, which would say title, description and picture all over again.
  other: { "twitter:card": "summary_large_image" },
};

/** What is on record of one document: when, what, by whom. Made up, and said to be. */
const ACCESS_LOG_EXAMPLE = [
  ["1 Mar, 09:14", "handed in", "you"],
  ["2 Mar, 10:02", "opened", "a reviewer"],
  ["2 Mar, 10:06", "approved", "the same reviewer"],
  ["2 Sep, 17:30", "withdrawn and destroyed", "you"],
];

/** A question, its answer for what a member shows, and for what a member hands in. */
const COMPARISON = [
  [
    "Who sees it?",
    "Everyone, once you make your profile public.",
    "You, and reviewers with leave for that kind of document. No role alone opens it.",
  ],
  [
    "What is it?",
    "A picture we draw anew from yours, without its place, date and camera.",
    "Your file as you sent it, checked to be what it says.",
  ],
  [
    "Where does it lie?",
    "In a store for public pictures.",
    "In a private store of its own. Each look needs a fresh permission that lasts a minute at most.",
  ],
  [
    "How does it end?",
    "Hide it, and its address is dead within a minute.",
    "Withdraw it, and we destroy the file at once. The record stays.",
  ],
];

const HOW_IT_WORKS = [
  [
    "Hand it in",
    "You see why we ask for it, what a good one looks like, and how long we may keep it. Choose a file or take a photo: it goes straight to the private store.",
  ],
  [
    "A reviewer decides",
    "One person opens it, page by page, and the register says so. It is approved, or you read what is missing in words that you can act on.",
  ],
  [
    "You can take it back",
    "You can withdraw a document at any time, and we destroy the file at once. An approval with a date counts until that date.",
  ],
];

export default function LandingPage() {
  return (
    <div className={styles.page}>
      <div>
        <section>
          <div>
            <h1>
              <span>Profiles people show.</span> <span>Documents only reviewers see.</span>
            </h1>
            <p className={styles.lead}>
              For organisations that vet people and want to be careful with what they are handed: a profile, a
              private drawer for papers, and a register of everyone who opened one.
            </p>
            <div className={styles.actions}>
              <a href="/sign-up" className="button button-primary">
                Open your dossier
              </a>
              <a href="/sign-in" className="link">
                I have one already
              </a>
            </div>
          </div>
          <LandingIllustration className={styles.sheet} />
        </section>

        <section className={styles.split}>
          <div>
            <h2>Nobody looks in secret</h2>
            <p>
              Each opening of a document is written down before it happens: who, when and what for. You can
              read it at any time. If it cannot be written, nothing is opened.
            </p>
          </div>
          <table className={styles.register}>
            <caption>What is on record of one document, as an example</caption>
            <tbody>
              {ACCESS_LOG_EXAMPLE.map(([at, what, by]) => (
                <tr key={what}>
                  <td>{at}</td>
                  <th scope="row">{what}</th>
                  <td>{by}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>

        <section className={styles.kinds}>
          <h2>Two kinds of things, never in one drawer</h2>
          <table>
            <thead>
              <tr>
                <td />
                <th scope="col">What you show</th>
                <th scope="col">What you hand in</th>
              </tr>
            </thead>
            <tbody>
              {COMPARISON.map(([question, shown, handed]) => (
                <tr key={question}>
                  <th scope="row">{question}</th>
                  <td data-kind="What you show">{shown}</td>
                  <td data-kind="What you hand in">{handed}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={styles.aside}>
            And the site itself? Its own files come from the people who make it and lie in a third place.
            Nothing that anyone uploads can become part of the site, replace a piece of it or be served beside
            it. That is tested, not assumed.
          </p>
        </section>

        <section>
          <h2>How it goes</h2>
          <ol>
            {HOW_IT_WORKS.map(([name, text]) => (
              <li key={name}>
                <h3>{name}</h3>
                <p>{text}</p>
              </li>
            ))}
          </ol>
        </section>

        <section className={styles.split}>
          <h2>For those who must ask, and kind to those who are asked</h2>
          <p>
            Charities, schools, clinics, agencies and landlords have to see certificates, letters and
            contracts. With e-mail and shared drives, they cannot tell who has seen what. Dossier is what they
            put in its place, on their own account, in an afternoon. It is open source, and made to be read.
          </p>
        </section>
      </div>
    </div>
  );
}
