import type { Metadata } from "next";
import { opensSignUp } from "@/app/_server/app-context";
import card from "@/public/dossier.png";
import styles from "./landing.module.css";
import { LandingIllustration } from "./landing-illustration";

const title = "Dossier: profiles people show, documents only reviewers see";
const description =
  "A document registry for organisations that vet people. Members keep a profile and upload private documents. Reviewers decide. Every opening is logged.";

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
  // Not `twitter`: it would repeat title, description and picture.
  other: { "twitter:card": "summary_large_image" },
};

/** An invented access log of one document: when, what, by whom. The caption says so. */
const ACCESS_LOG_EXAMPLE = [
  ["1 Mar, 09:14", "uploaded", "you"],
  ["2 Mar, 10:02", "opened", "a reviewer"],
  ["2 Mar, 10:06", "approved", "the same reviewer"],
  ["3 Sep, 00:05", "deleted after its last day", "Dossier"],
];

/** A question, its answer for a picture, and its answer for a document. */
const COMPARISON = [
  [
    "Who sees it?",
    "Everyone, once you make your profile public.",
    "You, and reviewers with access to that document type. A role alone gives no access.",
  ],
  [
    "What is it?",
    "A new copy of your picture, without its place, date and camera data.",
    "Your file as you uploaded it. We check its type and content.",
  ],
  [
    "Where is it stored?",
    "In public storage, for pictures only.",
    "In separate private storage. Every opening needs a new link that works for one minute at most.",
  ],
  [
    "How do you remove it?",
    "Hide it, and its link stops working within a minute.",
    "Withdraw it, and we delete the file at once. The record stays.",
  ],
];

const HOW_IT_WORKS = [
  [
    "Upload it",
    "You see why we ask for it, what it must show, and when we delete it. Choose a file or take a photo. It goes directly to private storage.",
  ],
  [
    "A reviewer decides",
    "A reviewer opens it, and the access log shows this. The reviewer approves it or tells you what to change.",
  ],
  [
    "We delete it on its day",
    "Each document type says how long we keep a file. You see its last day, and after that day we delete it. You can also withdraw a document at any time.",
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
              For organisations that vet people and protect their documents. Each member has a profile and
              private documents. A log shows everyone who opened one.
            </p>
            <div className={styles.actions}>
              {opensSignUp() ? (
                <>
                  <a href="/sign-up" className="button button-primary">
                    Create account
                  </a>
                  <a href="/sign-in" className="link">
                    Sign in
                  </a>
                </>
              ) : (
                <a href="/sign-in" className="button button-primary">
                  Sign in
                </a>
              )}
            </div>
          </div>
          <LandingIllustration className={styles.sheet} />
        </section>

        <section className={styles.split}>
          <div>
            <h2>Every opening is logged</h2>
            <p>
              Dossier logs each opening of a document before it happens: who, when and what for. You can read
              the log at any time. If logging fails, the document stays closed.
            </p>
          </div>
          <table className={styles.log}>
            <caption>Example: the access log of one document</caption>
            <tbody>
              {ACCESS_LOG_EXAMPLE.map(([time, event, person]) => (
                <tr key={event}>
                  <td>{time}</td>
                  <th scope="row">{event}</th>
                  <td>{person}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>

        <section className={styles.kinds}>
          <h2>Public pictures and private documents are stored apart</h2>
          <table>
            <thead>
              <tr>
                <td />
                <th scope="col">What you show</th>
                <th scope="col">What you upload</th>
              </tr>
            </thead>
            <tbody>
              {COMPARISON.map(([question, picture, document]) => (
                <tr key={question}>
                  <th scope="row">{question}</th>
                  <td data-kind="What you show">{picture}</td>
                  <td data-kind="What you upload">{document}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={styles.aside}>
            The site’s own files are stored in a third place. No upload can become part of the site, replace
            one of its files, or be served with it. Automated tests check this.
          </p>
        </section>

        <section>
          <h2>How it works</h2>
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
          <h2>For organisations that must check documents</h2>
          <p>
            Charities, schools, clinics, agencies and landlords must check certificates, letters and
            contracts. E-mail and shared drives do not show who opened a file. Dossier replaces them. You run
            it on your own account and set it up in an afternoon. It is open source.
          </p>
        </section>
      </div>
    </div>
  );
}
