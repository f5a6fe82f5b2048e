// Sentences with which CloudFormation refuses arguments of the wrong form, before anything runs and when a function
// that runs has given the wrong thing.

/** Source: recorded on AWS, LocalStack cloudformation test_change_set_fn_split (Join of what is no list). */
export const JOIN_FORM =
  'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.';

/** Source: recorded on AWS, LocalStack cloudformation test_validate_split_arguments_len. */
export const SPLIT_FORM =
  'Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.';

/** Source: recorded on AWS, LocalStack cloudformation test_invalid_select_index_type (three cases). */
export const SELECT_FORM =
  'Template error: Fn::Select requires a list argument with two elements: an integer index and a list';

/** Source: serverless-step-functions #203, localstack PR #13000. */
export const SUB_VALUES_FORM =
  'Template error: every value of the context object of every Fn::Sub object must be a string or a function that returns a string';
