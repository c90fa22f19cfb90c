namespace Vascular.Processing.Pressures;

/// <summary>On which side of the published limits a toe pressure lies. Null: a pressure under a floor does not say.</summary>
/// <param name="Below30">CLTI limit of most guidelines; TASC II rest pain; Rutherford 4. [V] PMC11279131 table 2, PMC4232437 table 2</param>
/// <param name="Below40">Rutherford 5 and 6. [V] same</param>
/// <param name="Below50">TASC II and PARC limit with tissue loss. [V] PMC11279131</param>
/// <param name="Above55">Forefoot amputation healed in 14 of 14. [V] Surgery 1981;89:569</param>
public readonly record struct ToePressureLimits(bool? Below30, bool? Below40, bool? Below50, bool? Above55)
{
    /// <param name="mmHg">The printed pressure: what is printed is what is graded. [D]</param>
    public static ToePressureLimits Of(PressureRange mmHg) => new(Below(mmHg, 30), Below(mmHg, 40), Below(mmHg, 50), !Below(mmHg, 56));

    private static bool? Below(PressureRange mmHg, int limit) => mmHg.Highest < limit ? true : mmHg.Lowest >= limit ? false : null;
}
