using Vascular.Processing.Pressures;
using Vascular.Processing.Tests.Signals;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

public class LiveEndPointTests
{
    [Theory]
    [InlineData("d01")]
    [InlineData("d02")]
    [InlineData("d03")]
    [InlineData("d05")]
    public void A_returning_pulse_is_marked_while_the_cuff_falls_and_confirmed_as_the_finding_has_it(string run)
    {
        double[] cuff = Recording.Column($"cuff_ppg/run_{run}.csv", 0), pleth = Recording.Column($"cuff_ppg/run_{run}.csv", 1);
        var live = new LiveEndPoint();
        var whole = new ReturnOfPulse();
        List<EndPointMark> marks = [];
        for (int k = 0; k < cuff.Length; k++)
        {
            long at = k * 8_000_000L;
            live.Cuff(at, cuff[k]);
            whole.Cuff(at, cuff[k]);
            whole.Pleth(at, pleth[k]);
            if (live.TryPleth(at, pleth[k], out EndPointMark mark))
            {
                marks.Add(mark);
            }
        }

        ReturnOfPulseResult result = live.Finish(out EndPointMark? last);
        Assert.Equal(whole.Finish(), result);
        Assert.Equal(MeasurementState.Measured, result.State);
        Assert.Equal((EndPointStanding.Confirmed, result.SystolicMmHg!.Value), (last!.Value.Standing, last.Value.MmHg));
        Assert.NotEmpty(marks);
        Assert.All(marks, m => Assert.True(m.SaidAtNs > m.EndPointAtNs, "said before it was there"));

        // the one that stands at the end was said within eight seconds of the pulse's return
        EndPointMark near = marks.First(m => m.Standing == EndPointStanding.Provisional && Math.Abs(m.MmHg - result.SystolicMmHg.Value) < 8);
        Assert.InRange((near.SaidAtNs - near.EndPointAtNs) * 1e-9, 0, 8);
    }

    [Fact]
    public void No_mark_before_the_cuff_falls_and_none_without_a_pulse()
    {
        var live = new LiveEndPoint();
        for (int k = 0; k < 125 * 60; k++)
        {
            long at = k * 8_000_000L;
            double t = k / 125.0;
            live.Cuff(at, t < 4 ? 30 * t : t < 10 ? 120 : Math.Max(0, 120 - 3 * (t - 10)));
            Assert.False(live.TryPleth(at, 2000 + k * 7919 % 13, out _));
        }

        ReturnOfPulseResult result = live.Finish(out EndPointMark? mark);
        Assert.Null(mark);
        Assert.NotEqual(MeasurementState.Measured, result.State);
    }
}
