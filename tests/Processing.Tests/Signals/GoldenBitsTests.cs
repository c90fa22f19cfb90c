using System.Security.Cryptography;
using Vascular.Processing.Signals;

namespace Vascular.Processing.Tests.Signals;

/// <summary>Every bit of what the signal core says of every recording. A change here is a new version of the method, or a mistake.</summary>
public sealed class GoldenBitsTests : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Dispose() => hash.Dispose();

    [Theory]
    [InlineData("bidmc_01", 0, 125, "cfac7d1a4124f49e8d342f1472d57c33", "bcfc628ca54da6f79c22ff5d7fce5da1", "2f46a7256fd7875937dfdf8f1039acdb")]
    [InlineData("bidmc_02", 0, 125, "0d6d5bb54da7cf492cb0f827b4501921", "089b0610d1388dc97f7359404a81ef18", "3db8a2db22ab416ee2f42c58139faa7e")]
    [InlineData("bidmc_04", 0, 125, "d30da34224662fc1726e5534fded8fb2", "00e0ef7ab5f7f146c060fe61ce330380", "df6c5a7aa0173015a7d43fd51da19be3")]
    [InlineData("bidmc_19", 0, 125, "b22f9d88251970b1959d036fbbf4742b", "6120b29554b9046f4e92c8d0e2a68bfe", "bec91ce1c76f4f16beda39a3abb46615")]
    [InlineData("bidmc_24", 0, 125, "f2dec74afdf2fdad48dbff2fc431249f", "352ea36d1fd95ed10e3cc5a8af22ba94", "d95212f32ec0fde04756d576aaea9d89")]
    [InlineData("bidmc_30", 0, 125, "23640c4167fc68fb060dd0c3f22b268f", "578f1ee5baeb7ea736411d185e7aba91", "0d042b8dc26cd2234b69423fe4adf10d")]
    [InlineData("bidmc_46", 0, 125, "76ba67fba205979e66bdd86fbeda72c3", "17c422755f77d164a1ca55b63b309090", "aad281cefd3492bf909232b0a6b085bb")]
    [InlineData("bidmc_52", 0, 125, "51ba5073d17a7d8f9ed094b631c86d95", "a88ec1c1459530d0b0cdf9658919b4f3", "4dc279c5e61ef9e86725870e22db71cf")]
    [InlineData("biosppy_1000hz", 0, 1000, "d95367a94ab927838614bb5c89110a92", "47f9d531cd31e9ba8894d2da0ddf7175", "d8c2f1d1e0303ba6b01eda7b564153dd")]
    [InlineData("challenge2015_v102s", 0, 250, "5b2e1c6805ef8a93ab078b17c6727ca0", "03dfa2bbf53f631421b137f9e0e0064c", "a6e5b16485e80e060809f3a8fb9d37d2")]
    [InlineData("heartpy_data", 0, 100, "e91dc2a05e5482113ef952370fa84a90", "f3f685bd1b136e4bda03ece059181c14", "206ecd9fdf421efa22dd81a0c118c642")]
    [InlineData("heartpy_data2", 0, 117, "67299475e0314c6fadf9842db083ae76", "fa0b2f11b6a7e1334dca1b5a076c3796", "4c4438eb4cc91ef2f837e35ab0cef757")]
    [InlineData("neurokit_rest5", 0, 100, "cbc4156d7869528c15e7ff8afb88e093", "5dfbd0e0207b4801bb923a24280d0e1d", "57f647ef3646e1ee272b6285186f79aa")]
    [InlineData("smartcare_raw_adc", 3, 100, "522d4dbd325f94f87e31e733f347bae6", "3bfc4218fe16a75b54c9a2fd5b58082b", "2b17376de7615b9b55290626884b78d1")]
    public void Beats_words_and_features_are_the_same_on_every_machine(string name, int column, double rate, string beats, string words, string features)
    {
        double[] samples = Recording.Column($"ppg/{name}.csv", column);
        Assert.Equal((beats, words, features), (Beats(samples, rate), Words(samples, rate), Features(samples, rate)));
    }

    private string Beats(double[] samples, double rate)
    {
        var detector = new BeatDetector(rate);
        foreach (double sample in samples)
        {
            if (detector.TryNext(sample, out Beat b))
            {
                Add(b.PeakAt, b.DetectedIndex, b.Amplitude, b.OnsetAt ?? -1, b.CrestTimeMs ?? -1, b.Quality ?? -1, b.IsClipped ? 1 : 0);
            }
        }

        return Sum();
    }

    private string Words(double[] samples, double rate)
    {
        var window = new PulseWindow(rate);
        for (int k = 0; k < samples.Length; k++)
        {
            window.Add(samples[k]);
            if ((k + 1) % (int)rate == 0)
            {
                Add((int)window.Word, window.SmallestVisiblePulse ?? -1, window.Correlation);
            }
        }

        return Sum();
    }

    private string Features(double[] samples, double rate)
    {
        var detector = new BeatDetector(rate);
        var follower = new FeatureFollower(rate);
        foreach (double sample in samples)
        {
            follower.Add(sample);
            if (detector.TryNext(sample, out Beat beat) && follower.TryClose(beat, out PulseFeatures f))
            {
                Add(f.PeakAt, f.Amplitude, f.IntervalMs, f.CrestTimeMs ?? -1, f.Width25Ms ?? -1, f.Width50Ms ?? -1, f.Width75Ms ?? -1, f.Level);
            }
        }

        return Sum();
    }

    private void Add(params ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            hash.AppendData(BitConverter.GetBytes(BitConverter.DoubleToInt64Bits(value)));
        }
    }

    private string Sum() => Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
}
