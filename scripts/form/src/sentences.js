/* What the form says when a field is not right: what to do, in a sentence. Nothing that was typed is repeated. */

const SENTENCES = {
  "identity.name": {
    required: "Write your name.",
    maxLength: "Write your name with at most 100 characters.",
    other: "Write your name in one line, without links or addresses.",
  },
  "identity.email": {
    required: "Write your e-mail address.",
    maxLength: "Write an e-mail address with at most 254 characters.",
    other: "Write an e-mail address such as reader@example.org, without spaces or accents.",
  },
  "identity.member_number": {
    maxLength: "Write your member number with at most 40 characters.",
    other: "Write your member number in one line.",
  },
  "identity.employer": {
    maxLength: "Write your employer's name with at most 120 characters.",
    other: "Write your employer's name in one line, without links or addresses.",
  },
  "identity.about_me": {
    maxLength: "Shorten what you say about yourself to at most 600 characters.",
    other: "Write about yourself in ordinary letters and line breaks only.",
  },
  "identity.partner_may_see": { other: "Your partner always sees your name and your e-mail address." },
  "profile.country": { required: "Choose the country where you live.", other: "Choose a country from the list." },
  "profile.time_zone": { required: "Choose your time zone.", other: "Choose a time zone from the list." },
  "profile.languages": {
    required: "Choose at least one language in which you can talk with a partner.",
    minItems: "Choose at least one language in which you can talk with a partner.",
    maxItems: "Choose at most eight languages.",
    other: "Choose languages from the list.",
  },
  "profile.sector": { required: "Choose where you work or study.", other: "Choose one from the list." },
  "profile.career_stage": { required: "Choose your career stage.", other: "Choose one from the list." },
  "profile.interests": {
    required: "Choose at least one topic that you would like to talk about.",
    minItems: "Choose at least one topic that you would like to talk about.",
    maxItems: "Choose at most five topics.",
    other: "Choose topics from the list.",
  },
  "profile.wishes.sector": { other: "Choose similar, different or any." },
  "profile.wishes.career_stage": { other: "Choose similar, different or any." },
  "profile.membership": {
    early: "So far only members may apply. Come back when everyone may; the dates stand at the top of this page.",
    other: "Say whether you are a member.",
  },
  "profile.returning": { other: "Say whether you took part before." },
  "profile.code_of_conduct": { other: "To take part, accept the code of conduct." },
};

/** The sentence for a field and what is wrong with it: a keyword of JSON Schema, "unknown" or "early". */
export function sentence(field, keyword) {
  const said = SENTENCES[field];
  return said?.[keyword] ?? said?.other ?? "This part is not as it must be. Please reload the page and try again.";
}
