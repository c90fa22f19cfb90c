using Vascular.Processing.Oxygen;
using Vascular.Processing.Pressures;
using Vascular.Processing.Staging;

namespace Vascular.Processing.Outcomes;

/// <summary>How soon a person should look at a change. A message to a person, never more.</summary>
public enum AlertLevel
{
    None,
    Review,
    Urgent,
}

/// <summary>An alert after a procedure, or that there is none.</summary>
/// <param name="Reason">The rule that spoke; empty where none did.</param>
public readonly record struct Alert(AlertLevel Level, string Reason)
{
    public static Alert None { get; } = new(AlertLevel.None, "");

    public string Word => Level switch { AlertLevel.Urgent => "urgent", AlertLevel.Review => "review", _ => "none" };
}

/// <summary>What a change since the best value after the procedure (the baseline where there is none) calls for.</summary>
/// <remarks>[D], built on repeatability: ABI 0.15 is a significant change [V] ACC/AHA 2016; a fall of the TBI by as much is still inside the limits of agreement of
/// Romanos [V], so a repeat comes first; TcPO2 changed between -11 and +9 in 80 % of repeats [V] Rooke and Osmundson 1989; its rise after pDVA was significant
/// after 45 days [S]. Rules are read from top to bottom.</remarks>
public static class Surveillance
{
    /// <summary>ABI of the same usable vessel, or TBI: a fall by the limit or more.</summary>
    public static Alert OfIndex(PressureIndex best, PressureIndex current, SurveillanceRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return best.Hundredths - current.Hundredths >= rule.IndexFallHundredths ? new(AlertLevel.Review, "drop_ge_0.15") : Alert.None;
    }

    /// <summary>Toe pressure: through the CLTI limit, or into a worse WIfI grade. Printed mmHg.</summary>
    public static Alert OfToePressure(int bestMmHg, int currentMmHg, SurveillanceRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return FellThrough(bestMmHg, currentMmHg, rule) ? new(AlertLevel.Urgent, "fell_below_30")
            : ToePressureGrade.Of(currentMmHg) > ToePressureGrade.Of(bestMmHg) ? new(AlertLevel.Review, "wifi_grade_worse")
            : Alert.None;
    }

    /// <summary>TcPO2 of the same site, temperature and sensor. Limits on the printed value, the fall on the values as written.</summary>
    /// <param name="late">More days after the procedure than a low value is expected for.</param>
    public static Alert OfOxygen(OxygenTension best, OxygenTension current, bool late, SurveillanceRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return FellThrough(best.Printed, current.Printed, rule) ? new(AlertLevel.Urgent, "fell_below_30")
            : best.Written - current.Written > Vocabulary.WrittenNumber.Of(rule.OxygenFallMmHg) ? new(AlertLevel.Review, "drop_gt_11")
            : current.Printed >= rule.UrgentBelowMmHg ? Alert.None
            : late ? new(AlertLevel.Review, "still_below_30_after_45_days")
            : new(AlertLevel.None, "early_lag_expected");
    }

    private static bool FellThrough(int best, int current, SurveillanceRule rule) => best >= rule.UrgentBelowMmHg && current < rule.UrgentBelowMmHg;
}
