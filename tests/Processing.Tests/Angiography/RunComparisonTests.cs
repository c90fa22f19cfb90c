using Vascular.Processing.Angiography;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>Before and after stand side by side only where both runs were taken alike.</summary>
public class RunComparisonTests
{
    private static readonly RunAcquisition Taken = new("R", 0, 30, "Iodixanol 270", 9, 3) { Patient = "P1" };
    private static readonly RunDescription Run = new(FrameTimes.Of(60, null, 200, null), IntensityRelationship.Linear, 12, MaskOperation.None, [], Moved: false);
    private static readonly HashSet<MatchCriterion> Catheter = [MatchCriterion.CatheterPosition];

    private static PerfusionResult Figures(double scale) =>
        new(MeasurementState.Measured, 2 * scale, 3 * scale, 5 * scale, 0.4 / scale, 0.2, 3, 1.5, 2.5, 3.75, 0.001, PerfusionFlags.None, RunRefusal.None);

    [Fact]
    public void Runs_taken_alike_are_compared_once_a_person_says_where_the_catheter_lay()
    {
        RunComparison silent = RunComparison.Of((Taken, Run), (Taken, Run), new HashSet<MatchCriterion>());
        Assert.Equal([MatchCriterion.CatheterPosition], silent.Matches.Where(m => !m.Holds).Select(m => m.Criterion));
        Assert.Empty(silent.Changes(Figures(1), Figures(0.8)));

        RunComparison said = RunComparison.Of((Taken, Run), (Taken, Run), Catheter);
        Assert.True(said.Holds);
        FigureChange toPeak = said.Changes(Figures(1), Figures(0.8)).Single(c => c.Name == "time_to_peak_from_arrival_s");
        Assert.Equal((3.0, 2.4, -20.0), (toPeak.Before, Math.Round(toPeak.After, 9), Math.Round(toPeak.ChangePercent!.Value, 9)));
        Assert.Equal(9, said.Changes(Figures(1), Figures(0.8)).Count);
    }

    public static TheoryData<string, MatchCriterion> Otherwise => new()
    {
        { "patient", MatchCriterion.Patient }, { "side", MatchCriterion.Side }, { "agent", MatchCriterion.ContrastAgent }, { "volume", MatchCriterion.ContrastVolume }, { "rate", MatchCriterion.ContrastRate },
        { "angle", MatchCriterion.Projection }, { "frames", MatchCriterion.FrameRate }, { "unit", MatchCriterion.Densities },
    };

    [Theory]
    [MemberData(nameof(Otherwise))]
    public void What_the_headers_say_differs_nobody_can_state_away(string what, MatchCriterion criterion)
    {
        RunAcquisition taken = what switch
        {
            "patient" => Taken with { Patient = "P2" },
            "side" => Taken with { Laterality = "L" },
            "agent" => Taken with { ContrastAgent = "Iohexol 300" },
            "volume" => Taken with { ContrastVolumeMl = 10 },
            "rate" => Taken with { ContrastRateMlPerS = 4 },
            "angle" => Taken with { SecondaryAngleDegrees = 36 },
            _ => Taken,
        };
        RunDescription run = what switch
        {
            "frames" => Run with { Times = FrameTimes.Of(60, [0, .. Enumerable.Repeat(200.0, 40), .. Enumerable.Repeat(300.0, 19)], null, null) },
            "unit" => Run with { Relationship = IntensityRelationship.Logarithmic },
            _ => Run,
        };
        RunComparison comparison = RunComparison.Of((Taken, Run), (taken, run), new HashSet<MatchCriterion>(Enum.GetValues<MatchCriterion>()));
        Assert.Equal([(criterion, MatchStanding.Differs)], comparison.Matches.Where(m => !m.Holds).Select(m => (m.Criterion, m.Standing)));
        Assert.Empty(comparison.Changes(Figures(1), Figures(1)));
    }

    [Fact]
    public void The_same_number_of_two_issuers_is_two_persons()
    {
        Match Patient(string? before, string? after) => RunComparison.Of((Taken with { PatientIssuer = before }, Run), (Taken with { PatientIssuer = after }, Run), Catheter)
            .Matches.Single(m => m.Criterion == MatchCriterion.Patient);
        Assert.Equal((MatchStanding.Differs, "P1 of HOSP and P1 of OTHER"), (Patient("HOSP", "OTHER").Standing, Patient("HOSP", "OTHER").Says));
        Assert.Equal(MatchStanding.Same, Patient("HOSP", "HOSP").Standing);
        Assert.Equal((MatchStanding.Same, "P1 and P1"), (Patient("HOSP", null).Standing, Patient("HOSP", null).Says));
    }

    [Fact]
    public void What_the_headers_leave_out_is_not_said_until_a_person_says_it()
    {
        var bare = new RunAcquisition(null, null, null, null, null, null);
        RunComparison silent = RunComparison.Of((Taken, Run), (bare, Run), Catheter);
        Assert.Equal(
            [MatchCriterion.Side, MatchCriterion.ContrastAgent, MatchCriterion.ContrastVolume, MatchCriterion.ContrastRate, MatchCriterion.Projection, MatchCriterion.Patient],
            silent.Matches.Where(m => m.Standing == MatchStanding.NotSaid).Select(m => m.Criterion));
        RunComparison wish = RunComparison.Of((Taken, Run with { Times = FrameTimes.Of(60, null, null, 5) }), (Taken, Run), Catheter);
        Assert.Equal(MatchStanding.NotSaid, wish.Matches.Single(m => m.Criterion == MatchCriterion.FrameRate).Standing);
    }

    [Theory]
    [InlineData(34.9, 35.0, true)]
    [InlineData(179, -179, true)]
    [InlineData(175, -179, false)]
    [InlineData(29.9, 35.0, false)]
    public void Angles_within_five_degrees_and_amounts_within_a_twentieth_are_alike(double before, double after, bool alike)
    {
        RunComparison angle = RunComparison.Of((Taken with { PrimaryAngleDegrees = before }, Run), (Taken with { PrimaryAngleDegrees = after }, Run), Catheter);
        Assert.Equal(alike, angle.Holds);
        RunComparison volume = RunComparison.Of((Taken with { ContrastVolumeMl = alike ? 9.5 : 9.4 }, Run), (Taken with { ContrastVolumeMl = 10 }, Run), Catheter);
        Assert.Equal(alike, volume.Holds);
    }

    [Theory]
    [InlineData(PerfusionFlags.TailCutOff)]
    [InlineData(PerfusionFlags.GapInTail)]
    public void What_was_not_seen_to_its_end_is_not_compared(PerfusionFlags flag)
    {
        RunComparison alike = RunComparison.Of((Taken, Run), (Taken, Run), Catheter);
        Assert.DoesNotContain(alike.Changes(Figures(1) with { Flags = flag }, Figures(1)), c => c.Name is "auc" or "mean_transit_moment_s" or "mean_transit_area_s" or "width_s");
        Assert.DoesNotContain(alike.Changes(Figures(1), Figures(1) with { Flags = flag }), c => c.Name is "auc" or "mean_transit_moment_s" or "mean_transit_area_s" or "width_s");
    }

    [Fact]
    public void Areas_and_transit_times_are_compared_for_runs_of_equal_length_alone()
    {
        RunComparison shorter = RunComparison.Of((Taken, Run), (Taken, Run with { Times = FrameTimes.Of(45, null, 200, null) }), Catheter);
        Assert.True(shorter.Holds);
        Assert.DoesNotContain(shorter.Changes(Figures(1), Figures(1)), c => c.Name is "auc" or "mean_transit_moment_s" or "mean_transit_area_s" or "width_s");
        Assert.Contains(shorter.Changes(Figures(1), Figures(1)), c => c.Name == "peak");
        PerfusionResult refused = PerfusionResult.Refused(RunRefusal.TooShort);
        Assert.Empty(RunComparison.Of((Taken, Run), (Taken, Run), Catheter).Changes(Figures(1), refused));
    }
}
