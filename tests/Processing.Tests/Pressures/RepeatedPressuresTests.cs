using FsCheck.Xunit;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

/// <summary>Readings of one artery of which some are bounds, and how far their result may be off.</summary>
[Properties(Replay = "20261122,1", QuietOnSuccess = true, MaxTest = 500)]
public sealed class RepeatedPressuresTests
{
    private static readonly PressureRule Rule = Rules.Default.Pressures;

    [Theory]
    [InlineData("102", "102", false)]
    [InlineData("102 103", "103", false)]
    [InlineData("102 112", "107", false)]
    [InlineData("102 113", "108", true)]
    [InlineData("102 113 104", "104", false)]
    [InlineData("102 >254", "contradiction", true)]
    [InlineData(">254 >300", ">300", false)]
    [InlineData(">300 >254", ">254", false)]
    [InlineData("102 >254 >254", ">254", false)]
    [InlineData("102 >254 104", "104", false)]
    [InlineData("absent 30", "contradiction", true)]
    [InlineData("absent absent", "absent", false)]
    [InlineData("absent 30 34", "30", false)]
    [InlineData("absent 30 absent", "absent", false)]
    [InlineData("<30 28", "contradiction", true)]
    [InlineData("<30 28 31", "28", false)]
    [InlineData("<30 absent >254", "<30", false)]
    public void Readings_come_to_a_mean_a_middle_one_or_a_contradiction(string readings, string together, bool third)
    {
        RepeatedPressures result = RepeatedPressures.Of([.. readings.Split(' ').Select(Read)], Rule);
        Assert.Equal((together, third, third ? 1 : 0), (Word(result.Together), result.NeedsThird, result.Flags.Count));
        Assert.Equal(together is not "contradiction" && int.TryParse(together, out _), result.MmHg is not null);
    }

    [Fact]
    public void The_middle_one_is_named_and_a_mean_names_none()
    {
        Assert.Equal(2, RepeatedPressures.Of([Read("102"), Read("113"), Read("104")], Rule).Middle);
        Assert.Null(RepeatedPressures.Of([Read("102"), Read("104")], Rule).Middle);
        Assert.Equal(107.5, RepeatedPressures.Of([Read("105"), Read("110")], Rule).MmHg);
    }

    [Fact]
    public void A_doubtful_reading_leaves_the_result_doubtful() =>
        Assert.Equal(MeasurementState.Unreliable, RepeatedPressures.Of([new VesselPressure.Measured(40), new VesselPressure.Measured(42, unreliable: true)], Rule).Together!.State);

    [Fact]
    public void Nothing_and_a_reading_without_a_statement_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RepeatedPressures.Of([], Rule));
        Assert.Throws<ArgumentException>(() => RepeatedPressures.Of([Read("102"), VesselPressure.NotDone], Rule));
    }

    /// <summary>3 and 4 in quadrature over 2 is 2.5; with a gauge of 6 the whole is 6.5.</summary>
    [Fact]
    public void A_mean_averages_what_each_reading_brings_and_not_its_gauge()
    {
        (double own, double whole) = RepeatedUncertainty.OfMean((100, 101), (3, 4), 6)!.Value;
        Assert.Equal((2.5, 6.5), (own, whole));
        Assert.Equal(5, RepeatedUncertainty.OfMean((100, 110), (3, 4), 0)!.Value.Whole);
        Assert.Null(RepeatedUncertainty.OfMean((100, 110), (3, null), 0));
    }

    [Property]
    public void The_mean_s_half_width_reaches_both_readings_and_never_undercuts_the_gauge(byte a, byte b, byte first, byte second, byte gauge)
    {
        double whole = RepeatedUncertainty.OfMean((a, b), (first, second), gauge)!.Value.Whole;
        double mean = (a + b) / 2.0;
        Assert.InRange(a, mean - whole - 1e-9, mean + whole + 1e-9);
        Assert.InRange(b, mean - whole - 1e-9, mean + whole + 1e-9);
        Assert.True(whole >= gauge);
    }

    private static VesselPressure Read(string word) => word switch
    {
        "absent" => VesselPressure.NoFlow,
        ['>', .. var limit] => new VesselPressure.AboveLimit(int.Parse(limit, System.Globalization.CultureInfo.InvariantCulture)),
        ['<', .. var floor] => new VesselPressure.BelowLimit(int.Parse(floor, System.Globalization.CultureInfo.InvariantCulture)),
        _ => new VesselPressure.Measured(int.Parse(word, System.Globalization.CultureInfo.InvariantCulture)),
    };

    private static string Word(VesselPressure? pressure) => pressure switch
    {
        null => "contradiction",
        VesselPressure.Measured measured => $"{measured.MmHg}",
        VesselPressure.AboveLimit above => $">{above.LimitMmHg}",
        VesselPressure.BelowLimit below => $"<{below.LimitMmHg}",
        _ => "absent",
    };
}
