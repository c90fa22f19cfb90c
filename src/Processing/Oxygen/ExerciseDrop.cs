using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Oxygen;

/// <summary>Drop from rest of oxygen pressure (DROP): how much more TcPO2 of the limb fell under exercise than that of the chest.</summary>
/// <remarks>(limb change from rest) - (chest change from rest); more reproducible than the absolute values [V] Bouye 2004. No limit is applied: none was verified.</remarks>
/// <param name="MmHg">From the decimals of both sensors; below 0 when the limb fell more.</param>
public readonly record struct ExerciseDrop(WrittenNumber MmHg)
{
    public static ExerciseDrop Of(OxygenTension limbRest, OxygenTension limbNow, OxygenTension chestRest, OxygenTension chestNow) =>
        new(limbNow.Written - limbRest.Written - (chestNow.Written - chestRest.Written));
}
