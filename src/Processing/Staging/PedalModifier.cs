namespace Vascular.Processing.Staging;

/// <summary>State of the pedal arch, as a reader saw it.</summary>
public enum PedalArch
{
    Intact,

    /// <summary>Absent or severely diseased.</summary>
    Diseased,
}

/// <summary>GLASS inframalleolar (pedal) modifier.</summary>
/// <remarks>[V] a transcription of GVG 2019: P0 the target artery reaches the foot, arch intact; P1 it reaches the foot, arch absent or severely diseased; P2 no target artery crosses the
/// ankle. A no-option limb is P2 by definition. One-year limb salvage 94.6, 88.0 and 70.0 %, healing 78.6, 68.6 and 42.0 % in 340 limbs [V] EJVES December 2022. It
/// stands beside the stage and never changes it.</remarks>
public static class PedalModifier
{
    /// <param name="crossesAnkle">A target artery crosses the ankle into the foot.</param>
    /// <param name="arch">Does not count where none crosses.</param>
    /// <returns>P0, P1 or P2.</returns>
    public static string Of(bool crossesAnkle, PedalArch arch) => !crossesAnkle ? "P2" : arch == PedalArch.Intact ? "P0" : "P1";
}
