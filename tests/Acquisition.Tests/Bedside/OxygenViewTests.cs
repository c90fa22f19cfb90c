using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Tests.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Bedside;

/// <summary>An electrode's tile over the course of its quarter of an hour.</summary>
public class OxygenViewTests
{
    private readonly HandTape _tape = HandTape.Begun();

    public OxygenViewTests()
    {
        _tape.Open(HandTape.Skin, "skin 1");
        _tape.Do(new Act.Bind(HandTape.Skin, Site.Parse("R.FOOT.DORSUM"), "skin 1"));
        _tape.Do(new Act.Start(HandTape.SkinStep));
    }

    private OxygenView Tile => Assert.Single(ViewOf.Examination(HandTape.Id, _tape.Fold, new Dictionary<string, DeviceNotice>(), scripted: false).Electrodes);

    [Fact]
    public void Warming_is_counted_down_and_the_value_of_now_is_not_the_forecast()
    {
        Assert.Equal((null, "no reading yet"), (Tile.MmHg, Tile.State));
        _tape.Tensions(HandTape.Skin, 1, 301, Settling);
        Assert.Equal((15, "warming up", "5:00", "5:01"), (Tile.MmHg, Tile.State, Tile.AtSite, Tile.WarmIn));
        Assert.Equal("44.0 °C of 44", Tile.Celsius);
        Assert.InRange(Tile.Forecast!.Value, 9, 13);
        Assert.StartsWith("falling ", Tile.Slope, StringComparison.Ordinal);
        Assert.False(Tile.IsWarning || Tile.HasAnswer);
    }

    [Fact]
    public void A_plateau_is_said_with_its_value_and_has_no_forecast()
    {
        _tape.Tensions(HandTape.Skin, 1, 900, Settling);
        Assert.Equal((11, "plateau 11 ±2 mmHg: stop the step", true), (Tile.MmHg, Tile.State, Tile.HasAnswer));
        Assert.Equal((null, null, "steady, 0.0 mmHg/min"), (Tile.WarmIn, Tile.Forecast, Tile.Slope));
    }

    [Fact]
    public void A_plateau_that_does_not_hold_is_withdrawn_in_words()
    {
        _tape.Tensions(HandTape.Skin, 1, 900, Settling).Tensions(HandTape.Skin, 900, 1100, at => 11 + ((at - 900) / 20));
        Assert.Equal(("plateau withdrawn: it still changes", true, false), (Tile.State, Tile.IsWarning, Tile.HasAnswer));
        Assert.StartsWith("rising", Tile.Slope, StringComparison.Ordinal);
    }

    [Fact]
    public void What_never_settles_ends_without_a_plateau()
    {
        _tape.Tensions(HandTape.Skin, 1, 1260, at => 60 - (at / 60 * 1.5));
        Assert.StartsWith("no plateau; last minute ", Tile.State, StringComparison.Ordinal);
        Assert.True(Tile.IsWarning && Tile.HasAnswer);
    }

    [Fact]
    public void Air_under_the_electrode_asks_for_a_hand()
    {
        _tape.Tensions(HandTape.Skin, 1, 650, Settling).Tensions(HandTape.Skin, 650, 680, _ => 150);
        Assert.Equal(("air leak or lifted off: seal it again", true), (Tile.State, Tile.IsWarning));
        _tape.Tensions(HandTape.Skin, 680, 720, _ => 20);
        Assert.Equal("warming up again after an air leak", Tile.State);
    }

    [Fact]
    public void A_line_that_is_gone_shows_no_old_value_as_the_one_of_now()
    {
        _tape.Tensions(HandTape.Skin, 1, 300, Settling).Link(TapeRecordType.Closed, HandTape.Skin);
        Assert.Equal((null, "not connected: look at its plug", true, null), (Tile.MmHg, Tile.State, Tile.IsWarning, Tile.Forecast));
    }

    [Fact]
    public void A_cold_electrode_shows_what_it_is_set_to()
    {
        _tape.Tensions(HandTape.Skin, 1, 60, _ => 80, celsius: 38);
        Assert.Equal(("heating up", "38.0 °C, set 44", "0:59"), (Tile.State, Tile.Celsius, Tile.AtSite));
        _tape.Tensions(HandTape.Skin, 60, 90, _ => 80).Tensions(HandTape.Skin, 90, 95, _ => 80, celsius: 41);
        Assert.Equal(("heater is not at its set point", true), (Tile.State, Tile.IsWarning));
    }

    [Fact]
    public void The_time_at_one_place_is_watched()
    {
        _tape.Tensions(HandTape.Skin, 1, 900, Settling);
        _tape.At(14_450).Poll(HandTape.Skin, 11, 44, 412);
        Assert.Equal("the device's limit at one place: take it off", Tile.Look);
    }

    /// <summary>From air to 11 mmHg with a time constant of a minute and a half.</summary>
    private static double Settling(double at) => 11 + (109 * Math.Exp(-at / 90));
}
