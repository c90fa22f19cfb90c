using System.Globalization;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>An electrode on the skin as its tile shows it. Nothing of it is a result before the step is stopped and accepted.</summary>
/// <param name="Site">Where it sits.</param>
/// <param name="MmHg">What it reads now, whole mmHg; null while it reads nothing.</param>
/// <param name="Slope"><c>falling 1.2 /min</c>; empty while it cannot be said.</param>
/// <param name="State">Where the measurement stands, in words.</param>
/// <param name="IsWarning">It needs a hand.</param>
/// <param name="HasAnswer">A plateau, or none before the time was over: stop the step.</param>
/// <param name="AtSite">How long it has been at its place, by when the step was started: <c>12:40</c>.</param>
/// <param name="WarmIn">Until an answer can come: <c>6:40</c>; null when warm.</param>
/// <param name="Forecast">Where it may settle, mmHg: never more than a forecast, and never a result.</param>
/// <param name="Celsius"><c>44.0 of 44 °C</c>; empty where it is not wired.</param>
/// <param name="Look">About the skin under it; null: nothing.</param>
public sealed record OxygenView(
    string Step, Site Site, int? MmHg, string Slope, string State, bool IsWarning, bool HasAnswer, string AtSite, string? WarmIn, int? Forecast, string Celsius, string? Look);

/// <summary>A running TcPO2 measurement in words.</summary>
public static class OxygenWords
{
    /// <summary>A slope under this reads as none, mmHg/min.</summary>
    private const double SteadyMmHgPerMin = 0.05;

    /// <summary>An electrode says something every second or two: a value older than this is not shown as the one of now.</summary>
    private const long LongestAgeNs = 10_000_000_000;

    /// <summary>Farther than this from its set point the electrode is not at it, °C.</summary>
    private const double AtSetCelsius = SkinOxygenAttempt.ReadyWithinCelsius;

    public static OxygenView Of(ExaminationFold fold, SkinOxygenAttempt electrode)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(electrode);
        long now = fold.LastAtNs;
        PlateauResult standing = electrode.Now;
        bool fresh = electrode.Newest is { } newest && now - newest.AtNs <= LongestAgeNs;
        (string state, bool warning) = State(electrode, standing, fresh);
        bool warming = standing.Phase == PlateauPhase.Warming;
        return new OxygenView(
            electrode.Step.Key,
            electrode.Step.Site,
            fresh ? Pressure.FromMmHg(Math.Max(0, electrode.Newest!.Value.MmHg)).Printed : null,
            fresh ? Slope(electrode.SlopeMmHgPerMin) : string.Empty,
            state,
            warning,
            standing.Phase is PlateauPhase.Plateau or PlateauPhase.NoPlateau or PlateauPhase.SiteLimit,
            Clock(now - electrode.StartedAtNs),
            warming && electrode.WarmAtNs is { } warm && warm > now ? Clock(warm - now) : null,
            fresh && electrode.Forecast is { } forecast ? Pressure.FromMmHg(forecast.TensionMmHg).Printed : null,
            Celsius(electrode),
            Look(electrode, standing.Flags));
    }

    public static OxygenView Of(ExaminationFold fold, ProvocationAttempt provocation)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(provocation);
        long now = fold.LastAtNs;
        bool fresh = provocation.Newest is { } newest && now - newest.AtNs <= LongestAgeNs;
        string what = provocation.Step.Kind switch { StepKind.OxygenChallenge => "on oxygen", StepKind.LegElevation => "leg raised", _ => "leg down" };
        bool lost = provocation.Now.State == MeasurementState.Unreadable;
        return new OxygenView(
            provocation.Step.Key,
            provocation.Step.Site,
            fresh ? Pressure.FromMmHg(Math.Max(0, provocation.Newest!.Value.MmHg)).Printed : null,
            string.Empty,
            lost ? $"{what}: readings are missing, do it again" : provocation.Now.TensionMmHg is { } mmHg ? $"{what}: {Pressure.FromMmHg(mmHg).Printed} mmHg, stop the step" : what,
            lost || !fresh,
            provocation.HasAnswer,
            Clock(now - provocation.StartedAtNs),
            provocation.HasAnswer || lost || provocation.EndsAtNs <= now ? null : Clock(provocation.EndsAtNs - now),
            null,
            string.Empty,
            null);
    }

    /// <summary>Minutes and seconds: <c>6:40</c>; rounded up, so that a countdown ends at 0:01.</summary>
    public static string Clock(long ns)
    {
        long seconds = (ns + 999_999_999) / 1_000_000_000;
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}");
    }

    private static (string State, bool Warning) State(SkinOxygenAttempt electrode, in PlateauResult standing, bool fresh)
    {
        Channel channel = electrode.Channels[0];
        if (!channel.IsOpen || channel.IsSilent)
        {
            return (channel.IsOpen ? "silent: look at its cable" : "not connected: look at its plug", true);
        }

        if (channel.Binding is null)
        {
            return ("another device answered: say again where it sits", true);
        }

        return standing.Phase switch
        {
            PlateauPhase.OffSkin when standing.Flags.HasFlag(PlateauFlags.LiftOff) => ("lifted off: seal it again", true),
            PlateauPhase.OffSkin when electrode.Newest is null => ("no reading yet", false),
            PlateauPhase.OffSkin => ("reads air: seal it on the skin", true),
            PlateauPhase.HeaterOff when !standing.Flags.HasFlag(PlateauFlags.HeaterOff) => ("heating up", false),
            PlateauPhase.HeaterOff => ("heater is not at its set point", true),
            PlateauPhase.AirLeak => ("air leak or lifted off: seal it again", true),
            PlateauPhase.SensorFault => ("a value no skin has: look at the electrode", true),
            PlateauPhase.SiteLimit => ("time at this place is over: take it off", true),
            PlateauPhase.Plateau => ($"plateau {Answer(standing)}: stop the step", false),
            PlateauPhase.NoPlateau => ($"no plateau; last minute {Answer(standing)}", true),
            _ when !fresh => ("no reading: look at its cable", true),
            PlateauPhase.Warming when standing.Flags.HasFlag(PlateauFlags.AirLeak) => ("warming up again after an air leak", false),
            PlateauPhase.Warming => ("warming up", false),
            _ when standing.Flags.HasFlag(PlateauFlags.Withdrawn) => ("plateau withdrawn: it still changes", true),
            _ => ("warm, not steady yet", false),
        };
    }

    private static string Answer(in PlateauResult standing) =>
        string.Create(CultureInfo.InvariantCulture, $"{standing.PrintedMmHg} ±{Math.Max(1, Math.Floor((standing.UncertaintyMmHg ?? 0) + 0.5)):0} mmHg");

    private static string Slope(double? mmHgPerMin) => mmHgPerMin switch
    {
        null => string.Empty,
        >= SteadyMmHgPerMin and var up => string.Create(CultureInfo.InvariantCulture, $"rising {up:0.0} mmHg/min"),
        <= -SteadyMmHgPerMin and var down => string.Create(CultureInfo.InvariantCulture, $"falling {-down:0.0} mmHg/min"),
        _ => "steady, 0.0 mmHg/min",
    };

    private static string Celsius(SkinOxygenAttempt electrode) => (electrode.NewestCelsius, electrode.SetCelsius) switch
    {
        ({ } now, { } set) when Math.Abs(now - set) > AtSetCelsius => string.Create(CultureInfo.InvariantCulture, $"{now:0.0} °C, set {set:0.#}"),
        ({ } now, { } set) => string.Create(CultureInfo.InvariantCulture, $"{now:0.0} °C of {set:0.#}"),
        ({ } now, null) => string.Create(CultureInfo.InvariantCulture, $"{now:0.0} °C, set not stated"),
        _ => string.Empty,
    };

    private static string? Look(SkinOxygenAttempt electrode, PlateauFlags flags) =>
        flags.HasFlag(PlateauFlags.SiteTimeLimit) ? "the device's limit at one place: take it off"
        : flags.HasFlag(PlateauFlags.SiteTimeWarning) ? $"long at this place: look at the skin{(electrode.SiteLimitS is { } limit ? $" (limit {Clock((long)(limit * 1e9))})" : string.Empty)}"
        : null;
}
