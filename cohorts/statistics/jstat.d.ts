/** The part of jstat that Twinfold uses; the package brings no types. */
declare module 'jstat' {
  const library: {
    readonly jStat: {
      gammaln(x: number): number;
      readonly normal: {
        cdf(x: number, mean: number, sd: number): number;
        inv(p: number, mean: number, sd: number): number;
      };
      readonly studentt: { inv(p: number, degreesOfFreedom: number): number };
    };
  };
  export default library;
}
