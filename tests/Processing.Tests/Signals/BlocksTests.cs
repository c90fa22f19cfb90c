using Vascular.Processing.Oxygen;
using Vascular.Processing.Pressures;
using Vascular.Processing.Signals;
using Vascular.Processing.Waveforms;

namespace Vascular.Processing.Tests.Signals;

/// <summary>Samples come in blocks of any size, and whoever shows a trace asks between them. Neither changes a bit of what is said.</summary>
public class BlocksTests
{
    public static TheoryData<double, int> RatesAndSeeds
    {
        get
        {
            var all = new TheoryData<double, int>();
            foreach (double rate in (double[])[32, 50, 75, 100, 117, 125, 250, 500, 1000])
            {
                all.Add(rate, 1);
                all.Add(rate, 2);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(RatesAndSeeds))]
    public void Beats_words_features_and_notch(double rate, int seed)
    {
        double[] samples = Wave(seed, rate);
        List<string> whole = new Chain(rate).Feed(samples, [samples.Length]);
        Assert.True(whole.Count > 60, $"{whole.Count} statements");
        for (int split = 0; split < 3; split++)
        {
            Assert.Equal(whole, new Chain(rate).Feed(samples, Blocks(samples.Length, (100 * seed) + split)));
        }
    }

    [Theory]
    [InlineData("d01", 1)]
    [InlineData("d03", 2)]
    [InlineData("d05", 3)]
    public void A_falling_cuff(string run, int seed)
    {
        double[] cuff = Recording.Column($"cuff_ppg/run_{run}.csv", 0), pleth = Recording.Column($"cuff_ppg/run_{run}.csv", 1);
        (List<EndPointMark> Marks, ReturnOfPulseResult Result, OscillometryResult Oscillometry, PulseVolumeResult Volume) Feed(IReadOnlyList<int> blocks)
        {
            var live = new LiveEndPoint();
            var oscillometry = new Oscillometry();
            var volume = new PulseVolume();
            List<EndPointMark> marks = [];
            int at = 0;
            foreach (int size in blocks)
            {
                for (int end = at + size; at < end; at++)
                {
                    live.Cuff(at * 8_000_000L, cuff[at]);
                    oscillometry.Cuff(at * 8_000_000L, cuff[at]);
                    volume.Cuff(at * 8_000_000L, cuff[at]);
                    if (live.TryPleth(at * 8_000_000L, pleth[at], out EndPointMark mark))
                    {
                        marks.Add(mark);
                    }
                }

                _ = (live.Standing, blocks.Count < 400 ? oscillometry.Finish() : default, blocks.Count < 400 ? volume.Finish() : null);
            }

            return (marks, live.Finish(out _), oscillometry.Finish(), volume.Finish());
        }

        var whole = Feed([cuff.Length]);
        Assert.NotEmpty(whole.Marks);
        var split = Feed(Blocks(cuff.Length, seed));
        Assert.Equal(whole.Marks, split.Marks);
        Assert.Equal((whole.Result, whole.Oscillometry), (split.Result, split.Oscillometry));
        Assert.Equal(whole.Volume with { Contour = [] }, split.Volume with { Contour = [] });
        Assert.Equal(whole.Volume.Contour, split.Volume.Contour);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(125)]
    [InlineData(1000)]
    public void Nothing_from_before_a_loss_has_any_influence_after_it(double rate)
    {
        double[] after = Wave(4, rate);
        List<string> said = AfterLoss(Wave(5, rate), after, rate);
        Assert.Equal(said, AfterLoss([.. Wave(6, rate).Select(v => 40 - 3 * v)], after, rate));
        Assert.True(said.Count > 40);
    }

    /// <summary>What is said after a loss at the same place of the count, with places from there.</summary>
    private static List<string> AfterLoss(double[] before, double[] after, double rate)
    {
        int length = (int)(30.5 * rate);
        var chain = new Chain(rate);
        chain.Feed(before[..length], [length]);
        chain.Restart((int)(2 * rate));
        return chain.Feed(after, [after.Length]);
    }

    [Theory]
    [InlineData(75)]
    [InlineData(125)]
    [InlineData(500)]
    public void No_beat_for_three_seconds_after_a_gap_or_a_step_of_the_gain(double rate)
    {
        double[] samples = Wave(7, rate);
        int step = (int)(30.25 * rate);
        double height = samples.Max() - samples.Min();
        foreach (double lift in (double[])[0, 40 * height, -40 * height])
        {
            var detector = new BeatDetector(rate);
            List<double> peaks = [];
            for (int k = 0; k < samples.Length; k++)
            {
                if (k == step && lift == 0)
                {
                    detector.Restart((long)rate);
                }

                if (detector.TryNext(samples[k] + (k >= step ? lift : 0), out Beat beat))
                {
                    peaks.Add(beat.PeakAt - (lift == 0 && beat.PeakAt > step ? Math.Floor(rate) : 0));
                }
            }

            Assert.DoesNotContain(peaks, p => p > step && p < step + (3 * rate));
            Assert.Contains(peaks, p => p > step + (3 * rate) && p < step + (5 * rate));
            Assert.Contains(peaks, p => p > step - (2 * rate) && p < step);
        }
    }

    [Fact]
    public void Skin_oxygen_readings_asked_for_in_between()
    {
        var random = new Random(3);
        double[] readings = [.. Enumerable.Range(0, 1500).Select(s => 40 + (100 * Math.Exp(-s / 180.0)) + (0.3 * random.NextDouble()))];
        PlateauResult Feed(IReadOnlyList<int> blocks)
        {
            var fold = new Plateau(Rules.Default.Plateau);
            int at = 0;
            foreach (int size in blocks)
            {
                for (int end = at + size; at < end; at++)
                {
                    fold.Take(at * 1_000_000_000L, readings[at]);
                }

                _ = fold.Result;
            }

            return fold.Result;
        }

        Assert.Equal(Feed([readings.Length]), Feed(Blocks(readings.Length, 8)));
    }

    private static double[] Wave(int seed, double rate)
    {
        var random = new Random(seed);
        var wave = new PulseWave(seed, dicrotic: 0.1);
        for (int beat = 0; beat < 70; beat++)
        {
            wave.Beat(0.7 + (0.5 * random.NextDouble()), 0.6 + (0.4 * random.NextDouble()));
        }

        // a burst of movement and one jump of the level
        return [.. wave.Samples(rate, noise: 0.01).Select((v, k) => 20 + v + (k / rate is > 20 and < 21 ? 4 * Math.Sin(20 * k / rate) : 0) + (k / rate > 40 ? 1.4 : 0))];
    }

    private static List<int> Blocks(int length, int seed)
    {
        var random = new Random(seed);
        List<int> blocks = [];
        for (int at = 0; at < length;)
        {
            int size = Math.Min(length - at, random.Next(4) switch { 0 => 1, 1 => random.Next(1, 8), 2 => random.Next(1, 200), _ => random.Next(1, 3000) });
            blocks.Add(size);
            at += size;
        }

        return blocks;
    }

    /// <summary>All that is said of one channel, bit by bit.</summary>
    private sealed class Chain(double rate)
    {
        private readonly BeatDetector detector = new(rate);
        private readonly PulseWindow window = new(rate);
        private readonly FeatureFollower follower = new(rate);
        private readonly DicroticNotch notch = new(Rules.Default.Flatness, rate);
        private long origin;

        public void Restart(int lost)
        {
            detector.Restart(lost);
            window.Restart();
            follower.Restart(lost);
            notch.Restart(lost);
            origin = detector.Count;
        }

        public List<string> Feed(double[] samples, IReadOnlyList<int> blocks)
        {
            List<string> said = [];
            int at = 0;
            foreach (int size in blocks)
            {
                for (int end = at + size; at < end; at++)
                {
                    Take(samples[at], said);
                    if ((at + 1) % (int)rate == 0)
                    {
                        said.Add($"{window.Word} {window.SmallestVisiblePulse:R} {window.Correlation:R}");
                    }
                }

                _ = (window.Word, window.SmallestVisiblePulse, detector.PulsePerMinute, notch.IsThere);
            }

            return said;
        }

        private void Take(double sample, List<string> said)
        {
            window.Add(sample);
            follower.Add(sample);
            notch.Add(sample);
            if (!detector.TryNext(sample, out Beat beat))
            {
                return;
            }

            notch.Add(beat);
            said.Add($"{beat with { PeakAt = beat.PeakAt - origin, DetectedIndex = beat.DetectedIndex - origin, OnsetAt = beat.OnsetAt - origin }} {detector.PulsePerMinute:R}");
            if (follower.TryClose(beat, out PulseFeatures features))
            {
                said.Add($"{features with { PeakAt = features.PeakAt - origin }}");
            }
        }
    }
}
