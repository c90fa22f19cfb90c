using System.Globalization;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Angiography;

/// <summary>One figure before and after.</summary>
/// <param name="Name">As in the analysis: <c>time_to_peak_from_arrival_s</c>.</param>
public readonly record struct FigureChange(string Name, double Before, double After)
{
    public double Change => After - Before;

    /// <summary>Per cent of what was before; null where that was 0.</summary>
    public double? ChangePercent => Before != 0 ? 100 * (After - Before) / Before : null;
}

/// <summary>Two runs of one limb, before and after a treatment. Figures stand side by side only where every criterion holds; a category is never made of them.</summary>
/// <remarks>Criteria [S] clinical sources: same catheter position, volume, rate, projection and frame rate; person, side and density unit besides. Limits [D]: angles within
/// 5 degrees, frame intervals, volume and rate within 5 %. Area and transit times are compared only for runs of equal length (within 5 %).</remarks>
public sealed class RunComparison
{
    private const double AngleDegrees = 5;
    private const double Share = 0.05;

    private RunComparison(IReadOnlyList<Match> matches, bool isEqualLength) => (Matches, IsEqualLength) = (matches, isEqualLength);

    /// <summary>All criteria, in the order of <see cref="MatchCriterion"/>.</summary>
    public IReadOnlyList<Match> Matches { get; }

    /// <summary>The runs are of equal length, so that areas and transit times may be compared too.</summary>
    public bool IsEqualLength { get; }

    public bool Holds => Matches.All(m => m.Holds);

    /// <summary>Judges two runs.</summary>
    /// <param name="stated">Criteria a person says are the same; they count only where the headers are silent.</param>
    public static RunComparison Of((RunAcquisition Taken, RunDescription Run) before, (RunAcquisition Taken, RunDescription Run) after, IReadOnlySet<MatchCriterion> stated)
    {
        ArgumentNullException.ThrowIfNull(before.Taken);
        ArgumentNullException.ThrowIfNull(after.Taken);
        ArgumentNullException.ThrowIfNull(stated);
        (RunAcquisition a, RunAcquisition b) = (before.Taken, after.Taken);
        Match Judge(MatchCriterion criterion, bool? same, string says) => new(
            criterion, same switch { true => MatchStanding.Same, false => MatchStanding.Differs, null when stated.Contains(criterion) => MatchStanding.Stated, null => MatchStanding.NotSaid }, says);
        return new(
            [
                Judge(MatchCriterion.Side, Same(a.Laterality, b.Laterality), $"{a.Laterality ?? "not said"} and {b.Laterality ?? "not said"}"),
                Judge(MatchCriterion.CatheterPosition, null, "no header says it"),
                Judge(MatchCriterion.ContrastAgent, Same(a.ContrastAgent?.Trim().ToUpperInvariant(), b.ContrastAgent?.Trim().ToUpperInvariant()), $"{a.ContrastAgent ?? "not said"} and {b.ContrastAgent ?? "not said"}"),
                Judge(MatchCriterion.ContrastVolume, Near(a.ContrastVolumeMl, b.ContrastVolumeMl), $"{Text(a.ContrastVolumeMl, "ml")} and {Text(b.ContrastVolumeMl, "ml")}"),
                Judge(MatchCriterion.ContrastRate, Near(a.ContrastRateMlPerS, b.ContrastRateMlPerS), $"{Text(a.ContrastRateMlPerS, "ml/s")} and {Text(b.ContrastRateMlPerS, "ml/s")}"),
                Judge(MatchCriterion.Projection, Projection(a, b), $"{Text(a.PrimaryAngleDegrees, "°")}, {Text(a.SecondaryAngleDegrees, "°")} and {Text(b.PrimaryAngleDegrees, "°")}, {Text(b.SecondaryAngleDegrees, "°")}"),
                Judge(MatchCriterion.FrameRate, Rates(before.Run.Times, after.Run.Times), $"{Interval(before.Run.Times)} and {Interval(after.Run.Times)} between frames"),
                Judge(
                    MatchCriterion.Densities,
                    before.Run.Relationship == IntensityRelationship.Linear && after.Run.Relationship == IntensityRelationship.Linear,
                    before.Run.Relationship == after.Run.Relationship && before.Run.Relationship == IntensityRelationship.Linear ? "natural in both" : "not natural in both"),
                Judge(MatchCriterion.Patient, SamePatient(a, b), $"{Patient(a, b)} and {Patient(b, a)}"),
            ],
            EqualLength(before.Run.Times, after.Run.Times));
    }

    /// <summary>The figures side by side; none where a criterion does not hold or a figure is not measured in both.</summary>
    public IReadOnlyList<FigureChange> Changes(in PerfusionResult before, in PerfusionResult after)
    {
        if (!Holds || before.State != MeasurementState.Measured || after.State != MeasurementState.Measured)
        {
            return [];
        }

        bool whole = IsEqualLength && ((before.Flags | after.Flags) & (PerfusionFlags.TailCutOff | PerfusionFlags.GapInTail)) == 0;
        (string Name, double? Before, double? After)[] all =
        [
            ("arrival_s", before.ArrivalS, after.ArrivalS),
            ("time_to_peak_from_arrival_s", before.TimeToPeakFromArrivalS, after.TimeToPeakFromArrivalS),
            ("time_to_peak_from_first_frame_s", before.TimeToPeakFromFirstFrameS, after.TimeToPeakFromFirstFrameS),
            ("peak", before.Peak, after.Peak),
            ("wash_in_per_s", before.WashInPerS, after.WashInPerS),
            .. whole ? new (string, double?, double?)[]
            {
                ("width_s", before.WidthS, after.WidthS),
                ("auc", before.Area, after.Area),
                ("mean_transit_moment_s", before.MeanTransitMomentS, after.MeanTransitMomentS),
                ("mean_transit_area_s", before.MeanTransitAreaS, after.MeanTransitAreaS),
            } : [],
        ];
        return [.. all.Where(f => f.Before is not null && f.After is not null).Select(f => new FigureChange(f.Name, f.Before!.Value, f.After!.Value))];
    }

    private static bool? Same(string? a, string? b) => a is null || b is null ? null : a == b;

    /// <summary>The same number of two issuers is two persons.</summary>
    private static bool? SamePatient(RunAcquisition a, RunAcquisition b) =>
        Same(a.Patient, b.Patient) is { } same ? same && Same(a.PatientIssuer, b.PatientIssuer) != false : null;

    private static string Patient(RunAcquisition one, RunAcquisition other) => one.Patient is not { } number ? "not said"
        : one.PatientIssuer is { } issuer && Same(issuer, other.PatientIssuer) == false ? $"{number} of {issuer}"
        : number;

    private static bool? Near(double? a, double? b) => a is not { } one || b is not { } other ? null : Math.Abs(one - other) <= Share * Math.Max(Math.Abs(one), Math.Abs(other));

    private static bool? Projection(RunAcquisition a, RunAcquisition b) =>
        a is { PrimaryAngleDegrees: { } p, SecondaryAngleDegrees: { } s } && b is { PrimaryAngleDegrees: { } q, SecondaryAngleDegrees: { } t }
            ? Apart(p, q) <= AngleDegrees && Apart(s, t) <= AngleDegrees
            : null;

    /// <summary>Degrees between two angles: 179 and -179 are neighbours.</summary>
    private static double Apart(double a, double b)
    {
        double apart = Math.Abs(a - b) % 360;
        return Math.Min(apart, 360 - apart);
    }

    /// <summary>A clock that is only a wish, or two that disagree, is not a frame rate to compare by.</summary>
    private static bool? Rates(FrameTimes? a, FrameTimes? b)
    {
        if (a is null || b is null || a.Disagree || b.Disagree || a.Source == FrameTimeSource.CineRate || b.Source == FrameTimeSource.CineRate)
        {
            return null;
        }

        for (int k = 1; k < Math.Min(a.Seconds.Length, b.Seconds.Length); k++)
        {
            if (Near(a.Seconds[k] - a.Seconds[k - 1], b.Seconds[k] - b.Seconds[k - 1]) == false)
            {
                return false;
            }
        }

        return true;
    }

    private static bool EqualLength(FrameTimes? a, FrameTimes? b) => a is not null && b is not null && Near(a.Seconds[^1], b.Seconds[^1]) == true;

    private static string Text(double? value, string unit) => value is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number:0.##}{(unit == "°" ? "" : " ")}{unit}") : "not said";

    private static string Interval(FrameTimes? times) => times is null || times.Seconds.Length < 2
        ? "no time"
        : string.Create(CultureInfo.InvariantCulture, $"{1000 * times.Seconds[^1] / (times.Seconds.Length - 1):0.#} ms");
}

/// <summary>The words of <see cref="MatchCriterion"/> and <see cref="MatchStanding"/>.</summary>
public static class MatchWords
{
    private static readonly string[] Criteria = ["side", "catheter_position", "contrast_agent", "contrast_volume", "contrast_rate", "projection", "frame_rate", "densities", "patient"];
    private static readonly string[] Standings = ["same", "stated", "differs", "not_said"];

    public static string Word(this MatchCriterion criterion) => Criteria[(int)criterion];

    public static string Word(this MatchStanding standing) => Standings[(int)standing];

    /// <summary>The criterion of a word; null when it is none.</summary>
    public static MatchCriterion? Criterion(string word) => Array.IndexOf(Criteria, word) is >= 0 and var at ? (MatchCriterion)at : null;
}
