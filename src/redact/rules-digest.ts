/** Of the code and the patterns by which secrets and persons are found, whatever is changed in them: `npm run docs` writes it. */
export const RULES_DIGEST = 'c2d9179e4ab67758321ec7a94b2903e0'
