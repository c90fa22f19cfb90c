using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Oxygen;

/// <summary>Where a TcPO2 measurement stands, for the screen.</summary>
public enum PlateauPhase
{
    /// <summary>No reading yet, or the electrode still reads air before its first contact, or it was lifted.</summary>
    OffSkin,

    /// <summary>The device says that the heater is not at its set point.</summary>
    HeaterOff,

    /// <summary>The skin is not yet warmed through: no answer can come.</summary>
    Warming,

    /// <summary>Warm, not yet steady.</summary>
    Settling,

    /// <summary>Steady and held: the answer stands unless it is withdrawn.</summary>
    Plateau,

    /// <summary>The time is over without a plateau: the answer is the last minute, with its slope.</summary>
    NoPlateau,

    /// <summary>Air reached the electrode; warming begins again with the next good reading.</summary>
    AirLeak,

    /// <summary>A value no skin has; warming begins again with the next good reading.</summary>
    SensorFault,

    /// <summary>The device's own time limit at one place is reached: take the electrode off.</summary>
    SiteLimit,
}

/// <summary>What happened on the way to a plateau. None changes the number.</summary>
[Flags]
public enum PlateauFlags
{
    None = 0,

    /// <summary>No plateau before the time was over: the value is the median of the last minute.</summary>
    NoPlateau = 1,

    /// <summary>An announced plateau did not hold and was withdrawn.</summary>
    Withdrawn = 2,

    /// <summary>A jump, or a value at the air point: warming began again.</summary>
    AirLeak = 4,

    /// <summary>The electrode was lifted: warming began again.</summary>
    LiftOff = 8,

    /// <summary>Values below what a zero point can explain: warming began again.</summary>
    SensorFault = 16,

    /// <summary>Readings are missing; nothing was judged across the gap.</summary>
    Gap = 32,

    /// <summary>The electrode has been at one place for so long that the skin must be looked at.</summary>
    SiteTimeWarning = 64,

    /// <summary>The device's own time limit at one place is reached.</summary>
    SiteTimeLimit = 128,

    /// <summary>The heater left its set point: warming began again.</summary>
    HeaterOff = 256,
}

/// <summary>The words of <see cref="PlateauFlags"/> and <see cref="PlateauPhase"/>.</summary>
public static class PlateauWords
{
    private static readonly (PlateauFlags Flag, string Word)[] All =
    [
        (PlateauFlags.NoPlateau, "no_plateau"), (PlateauFlags.Withdrawn, "plateau_withdrawn"), (PlateauFlags.AirLeak, "air_leak"),
        (PlateauFlags.LiftOff, "lift_off"), (PlateauFlags.SensorFault, "sensor_fault"), (PlateauFlags.Gap, "gap"),
        (PlateauFlags.SiteTimeWarning, "site_time_warning"), (PlateauFlags.SiteTimeLimit, "site_time_limit"), (PlateauFlags.HeaterOff, "heater_off"),
    ];

    public static IReadOnlyList<string> Words(this PlateauFlags flags) => [.. All.Where(a => flags.HasFlag(a.Flag)).Select(a => a.Word)];

    public static string Word(this PlateauPhase phase) => phase switch
    {
        PlateauPhase.OffSkin => "off_skin",
        PlateauPhase.HeaterOff => "heater_off",
        PlateauPhase.Warming => "warming",
        PlateauPhase.Settling => "settling",
        PlateauPhase.Plateau => "plateau",
        PlateauPhase.NoPlateau => "no_plateau",
        PlateauPhase.AirLeak => "air_leak",
        PlateauPhase.SensorFault => "sensor_fault",
        PlateauPhase.SiteLimit => "site_time_limit",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Not a phase."),
    };
}

/// <summary>TcPO2 of one place, or why there is none yet or at all.</summary>
/// <param name="State">Measured; running (not yet a result); unreadable (off the skin, air, a fault, or a gap where the answer was due); not obtainable (time limit at the place).</param>
/// <param name="TensionMmHg">mmHg, not rounded, 0 or more; null unless measured.</param>
/// <param name="UncertaintyMmHg">95 % half width, mmHg.</param>
/// <param name="SlopeMmHgPerMin">Theil-Sen slope at the answer.</param>
/// <param name="AtNs">When the answer was announced.</param>
/// <param name="FromNs">Begin of the decisive interval.</param>
/// <param name="ToNs">End of the decisive interval.</param>
public readonly record struct PlateauResult(
    MeasurementState State,
    PlateauPhase Phase,
    double? TensionMmHg,
    double? UncertaintyMmHg,
    double? SlopeMmHgPerMin,
    long? AtNs,
    PlateauFlags Flags,
    long FromNs,
    long ToNs)
{
    /// <summary>What <see cref="UncertaintyMmHg"/> is made of; empty without one.</summary>
    public IReadOnlyList<UncertaintyPart> Uncertain { get; init; } = [];

    /// <summary>The integer that is printed and graded; null unless measured.</summary>
    public int? PrintedMmHg => TensionMmHg is { } mmHg ? Pressure.FromMmHg(mmHg).Printed : null;
}
