namespace Vascular.Processing.Oxygen;

/// <summary>How far TcPO2 falls with the leg raised by 30 degrees for 3 minutes.</summary>
/// <remarks>[V] Rooke and Osmundson 1989 for the test. With a supine value of 20 to 40 mmHg a fall under 15 favours healing, more goes against it: [R]
/// Bacharach 1992, constants in the rule set, to be checked by a clinician.</remarks>
/// <param name="FallMmHg">Printed supine value less printed raised value, mmHg; below 0 for a rise.</param>
/// <param name="SmallFall">Whether the fall is under the limit; null where the supine value is outside the range the limit is for.</param>
public readonly record struct LegElevation(int FallMmHg, bool? SmallFall)
{
    public static LegElevation Of(OxygenTension supine, OxygenTension raised, OxygenRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        int fall = supine.Printed - raised.Printed;
        bool judged = supine.Printed >= rule.ElevationSupineFromMmHg && supine.Printed <= rule.ElevationSupineToMmHg;
        return new(fall, judged ? fall < rule.ElevationDropMmHg : null);
    }
}
