using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Oxygen;

/// <summary>Regional perfusion index: TcPO2 of the foot over TcPO2 of the chest.</summary>
/// <remarks>
/// Healed 0.79 ± 0.1, failed 0.32 ± 0.19 [V] Katsamouris 1984; against it: chest and leg correlate too weakly [V], low reproducibility at rest
/// [V] Bouye 2004. Limits of 0.4 and 0.6 are only recalled [R]: none is applied. Two decimals, half up, from the decimals of both sensors. [D]
/// How far it may be off is <see cref="IndexUncertainty"/> of both plateaus; that it reproduces badly from day to day is another matter and not in it.
/// </remarks>
/// <param name="Index">Null without a chest value above 0.</param>
/// <param name="Doubts">Of <see cref="ChestReferenceLow"/> and <see cref="Above1"/>.</param>
public sealed record RegionalPerfusionIndex(PressureIndex? Index, IReadOnlyList<string> Doubts)
{
    /// <summary>The chest is low: a cause in the whole body, or the sensor. [D]</summary>
    public const string ChestReferenceLow = "chest_reference_low";

    /// <summary>The foot is above the chest: look at both sensors. [D]</summary>
    public const string Above1 = "rpi_gt_1";

    private static readonly PressureIndex One = new(100);

    /// <param name="chest">Null where no reference was taken.</param>
    public static RegionalPerfusionIndex Of(OxygenTension foot, OxygenTension? chest, OxygenRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (chest is not { } reference)
        {
            return new(null, []);
        }

        PressureIndex? index = reference.Written > WrittenNumber.Zero
            ? new PressureIndex(WrittenNumber.RatioHalfUp(foot.Written.Units, reference.Written.Units, 100))
            : null;
        List<string> doubts = [];
        if (reference.Written < WrittenNumber.Of(rule.ChestLowMmHg))
        {
            doubts.Add(ChestReferenceLow);
        }

        if (index > One)
        {
            doubts.Add(Above1);
        }

        return new(index, doubts);
    }
}
