/** Whether it is an access key's ID (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html; the shortest that AWS gives has 16). */
export function isAccessKeyId(text: string): boolean {
  return /^\w{1,128}$/.test(text);
}
