using System.Security.Cryptography;
using Vascular.Processing.Signals;

namespace Vascular.Processing.Tests.Signals;

/// <summary>Every bit of what the signal core says of every recording. A change here is a new version of the method, or a mistake.</summary>
public sealed class GoldenBitsTests : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Dispose() => hash.Dispose();

    [Theory]
    [InlineData("bidmc_01", 0, 125, "6d5fd7dcf5266a226e659d5516e0eb08", "bcfc628ca54da6f79c22ff5d7fce5da1", "e5c7b71a4474c03f696edacb54ad5036")]
    [InlineData("bidmc_02", 0, 125, "d0425f9d36a27b4af7e1f82f7b04a187", "089b0610d1388dc97f7359404a81ef18", "bd13d7acf90874168be6ac5501ef5c71")]
    [InlineData("bidmc_04", 0, 125, "77b40318e22bf0fa3423df902d31d78b", "00e0ef7ab5f7f146c060fe61ce330380", "78b6003b9a1c4c22106dd641a23a0319")]
    [InlineData("bidmc_19", 0, 125, "d26a084c80b3b1b60be189dafcb7f743", "6120b29554b9046f4e92c8d0e2a68bfe", "d78023863bc6c92a823dc60f11240188")]
    [InlineData("bidmc_24", 0, 125, "4e1e4a7a31d67a8c5b768c1dc88f3075", "352ea36d1fd95ed10e3cc5a8af22ba94", "7cc8690d8aa81cd4f5aa61431185d7ac")]
    [InlineData("bidmc_30", 0, 125, "ef43242e1a7f8167256d7091ece2ab34", "578f1ee5baeb7ea736411d185e7aba91", "2668e7dc0efb8bf7251e6ef0eb1e8eb6")]
    [InlineData("bidmc_46", 0, 125, "1e18b846a319309a190f83bf6b8fc77c", "17c422755f77d164a1ca55b63b309090", "8fbbf299c4fa2c347600db34aff71b1d")]
    [InlineData("bidmc_52", 0, 125, "76ee768323db780dec3b7e3454391977", "a88ec1c1459530d0b0cdf9658919b4f3", "a627467204e8e1a1041bfd428620e698")]
    [InlineData("biosppy_1000hz", 0, 1000, "f5c64af1036dcc791afb63e414ef7937", "47f9d531cd31e9ba8894d2da0ddf7175", "a467635611dac028bb4bc41f18d198ec")]
    [InlineData("challenge2015_v102s", 0, 250, "610e00d79362f654e3a04ea8a0d9a2b5", "1c89c4f2cfc1d570e8bf3f13d3093340", "ffd4895e7bed93c9dadd5ead3e4389dd")]
    [InlineData("heartpy_data", 0, 100, "26eb031803c5b3b0c8abc029e02376c5", "f3f685bd1b136e4bda03ece059181c14", "d28722e426db638925eb54d014dd1b26")]
    [InlineData("heartpy_data2", 0, 117, "b6e080872ec9ffc347eee9c28097d589", "d1bc50f67ac43b2516247a0bcb2159c0", "a8e9829b155e68b22eef722ff6010cc0")]
    [InlineData("neurokit_rest5", 0, 100, "55a2546c5fabcd2e3a8430666f665d31", "5dfbd0e0207b4801bb923a24280d0e1d", "edb02468f54ecdd06cfb826f3c267649")]
    [InlineData("smartcare_raw_adc", 3, 100, "ef49d1d38faa9b9a2f28c033fed594ce", "92991ca08588626ce3edddd9f250da2f", "99a8c5577f07d9d481b8fe5e366c938f")]
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
