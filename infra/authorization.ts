/** Who may call the API: whom the tables let in, or those alone who sign by IAM (then the tables name them). */
export type Authorization = 'none' | 'iam';
