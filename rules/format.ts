/**
 * What rules can say, as a number. Raise it with every trigger, operator, field or action that an earlier build could read but
 * would judge wrongly: such a build then leaves the changes of newer rulesets to a newer one.
 */
export const RULES_FORMAT = 2;
