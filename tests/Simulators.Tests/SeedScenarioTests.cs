using System.Buffers;
using System.Security.Cryptography;
using Vascular.Devices.Nonin;
using Vascular.Devices.Par;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Scripts;

namespace Vascular.Simulators.Tests;

public sealed class SeedScenarioTests
{
    private static readonly Scenario Seed = ScenarioFile.Load("seed-2017-09-pressures");

    private readonly ScriptedRun run = ScriptedRun.Play(Seed);

    [Fact]
    public void The_script_plays_to_its_end()
    {
        Assert.InRange(run.EndNs / 1e9, 200, 300);
        Assert.Equal(["ankle.pt.right", "ankle.dp.right"], run.Marks.Select(m => m.Step));
    }

    [Fact]
    public void The_module_answers_with_the_pressures_of_the_arms()
    {
        // checksums by hand: sum of the characters up to the second semicolon, mod 256
        Assert.Equal("S1;A0;C00;M00;P113070084;R072;T0000;;34", run.Results["arm.right"]);
        Assert.Equal("S1;A0;C00;M00;P114070085;R072;T0000;;36", run.Results["arm.left"]);
    }

    [Fact]
    public void The_module_shows_102_when_the_dorsalis_pedis_is_heard_again()
    {
        Assert.Equal(102, run.CuffSaidAt(run.Marks[1].AtNs));
        Assert.Equal(102, Math.Floor(run.Marks[1].TrueMmHg + 0.5));
    }

    [Fact]
    public void The_module_shows_its_limit_while_the_posterior_tibial_is_still_heard()
    {
        Assert.Equal(254, run.CuffSaidAt(run.Marks[0].AtNs));
    }

    [Fact]
    public void Another_seed_moves_the_dorsalis_pedis_by_one_mmHg_at_most()
    {
        for (ulong seed = 1; seed <= 25; seed++)
        {
            ScriptedRun other = ScriptedRun.Play(Seed, seed);
            Assert.InRange(other.CuffSaidAt(other.Marks[1].AtNs), 101, 103);
            Assert.Equal(run.Results["arm.left"][..24], other.Results["arm.left"][..24]);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_reads_and_another_gives_others()
    {
        Assert.Equal(Hash(run), Hash(ScriptedRun.Play(Seed)));
        Assert.Equal(run.Nonin.Select(r => (r.AtNs, r.Bytes.Length)), ScriptedRun.Play(Seed).Nonin.Select(r => (r.AtNs, r.Bytes.Length)));
        Assert.NotEqual(Hash(run), Hash(ScriptedRun.Play(Seed, seed: 2)));
    }

    [Fact]
    public void The_bytes_of_the_seed_are_the_golden_ones()
    {
        Assert.Equal("01a8c2c172e0392609daa0015807e18b35a54fad3ce759a98973195ad714eebd", Hash(run.Wire["ppg-1"].ToArray().AsSpan(0, 90_000)));
        Assert.Equal("1fd1b64666b6eeb00958cba84eaeb10de45465a04a63e9835270d758dd6a93dc", Hash(run.Wire["cuff-1"].ToArray().AsSpan(0, 9_000)));
    }

    [Fact]
    public void Every_frame_of_the_oximeter_adds_up()
    {
        byte[] wire = run.Wire["ppg-1"].ToArray();
        for (int at = 0; at + 5 <= wire.Length; at += 5)
        {
            Assert.Equal(wire[at + 4], (byte)(wire[at] + wire[at + 1] + wire[at + 2] + wire[at + 3]));
            Assert.True(wire[at] >= 0x80);
            Assert.Equal(at % 125 == 0, (wire[at] & 1) == 1);
        }
    }

    [Fact]
    public void The_oximeter_speaks_75_frames_a_second_and_its_reads_cut_frames()
    {
        Assert.InRange(run.Wire["ppg-1"].Length / (run.EndNs / 1e9) / 5, 74.5, 75.5);
        Assert.Contains(run.Nonin, read => read.Bytes.Length % 5 != 0);
        Assert.Contains(run.Nonin, read => read.Bytes.Length > 5);
    }

    [Fact]
    public void All_bytes_decode_without_a_fault()
    {
        ReadOnlySequence<byte> pleth = new(run.Wire["ppg-1"].ToArray());
        NoninAlignment alignment = new();
        OperationStatus status;
        int frames = 0;
        while ((status = NoninCodec.TryReadFormat7(ref pleth, ref alignment, out _, out WireFault fault)) != OperationStatus.NeedMoreData)
        {
            Assert.Equal((OperationStatus.Done, WireFault.None), (status, fault));
            frames++;
        }

        Assert.Equal(run.Wire["ppg-1"].Length / 5, frames);
        ReadOnlySequence<byte> cuff = new(run.Wire["cuff-1"].ToArray());
        while ((status = ParCodec.TryRead(ref cuff, out _, out WireFault fault)) != OperationStatus.NeedMoreData)
        {
            Assert.Equal((OperationStatus.Done, WireFault.None), (status, fault));
        }
    }

    [Fact]
    public void The_pulse_goes_while_the_toe_is_occluded_and_comes_back_near_32_mmHg()
    {
        long begun = run.Began["toe.right"];
        double baseline = HeightBetween(begun + Seconds(1), begun + Seconds(10));
        double occluded = HeightBetween(begun + Seconds(19), begun + Seconds(22));
        Assert.InRange(baseline, 600, 1100);
        Assert.InRange(occluded, 1, 150);

        // 75 mmHg from 23.75 s on, 2 mmHg/s: 36 mmHg at 43.2 s, 32 at 45.2 s, 26 at 48.2 s
        Assert.InRange(HeightBetween(begun + Seconds(41), begun + Seconds(43)), 1, 150);
        Assert.InRange(HeightBetween(begun + Seconds(48), begun + Seconds(50)), 250, 1100);
    }

    private static long Seconds(double seconds) => (long)(seconds * 1e9);

    /// <summary>Highest less lowest sample of an interval, from the raw bytes: frame n is sampled n/75 s after time 0, the first one being frame 1.</summary>
    private double HeightBetween(long fromNs, long toNs)
    {
        byte[] wire = run.Wire["ppg-1"].ToArray();
        List<int> samples = [];
        for (int n = 1; n * 5 <= wire.Length; n++)
        {
            long atNs = n * 1_000_000_000L / 75;
            if (atNs >= fromNs && atNs < toNs)
            {
                samples.Add((wire[(n - 1) * 5 + 1] << 8) | wire[(n - 1) * 5 + 2]);
            }
        }

        return samples.Max() - samples.Min();
    }

    private static string Hash(ScriptedRun run) => Hash(run.Wire["ppg-1"].ToArray()) + Hash(run.Wire["cuff-1"].ToArray());

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
