using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Capture;
using Vascular.KillHost;
using Vascular.Simulators.Clock;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>The seed examination on a disk that forgets what was never synced, cut off at any byte of it.</summary>
public sealed class PowerCutExaminationTests : IDisposable
{
    private const int Cuts = 200;
    private static readonly TapeLimits Limits = new(64L << 20, 60_000_000_000);
    private static readonly ReportPlace Place = new("lab-a", "bedside-box-01", "0.1.0");

    private readonly TapeKeys _keys = TapeKeys.InMemory();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void Everything_announced_before_a_power_cut_is_on_the_disk_after_it()
    {
        var disk = new MemoryTapeFiles();
        var announced = new Announced(disk);
        ScenarioPlay.Run(Folder(disk), _ => announced, SeedStation.Scenario, SeedStation.Scenario.Seed, speed: null, TimeProvider.System, CancellationToken.None);
        Assert.True(announced.Acts.Count > 20);
        int instants = disk.Instants;
        Assert.Equal(instants, announced.EndedAt);
        var chance = new SeededStream(200, "cuts");
        int lossy = 0;
        for (int i = 0; i < Cuts; i++)
        {
            // Half of the cuts fall shortly behind an announcement, where a missing sync would show; the others anywhere.
            int cut = i % 2 == 0 ? (int)(instants * ((i + (2 * chance.Unit())) / Cuts)) : announced.Acts[(i / 2) % announced.Acts.Count].At + chance.Below(40);
            MemoryTapeFiles left = disk.CutAt(new MemoryTapeFiles(), Math.Min(cut, instants), out Dictionary<string, int> synced);
            long written = left.Names().Sum(n => (long)left[n].Length);
            left.LoseUnsynced(synced, zeroed: false);
            lossy += left.Names().Sum(n => (long)left[n].Length) < written ? 1 : 0;
            if (i % 4 >= 2)
            {
                // some file systems keep the length and lose the bytes
                left = disk.CutAt(new MemoryTapeFiles(), Math.Min(cut, instants), out synced);
                left.LoseUnsynced(synced, zeroed: true);
            }

            AssertSurvived(left, announced, cut);
        }

        Assert.InRange(lossy, 10, Cuts);
    }

    private void AssertSurvived(MemoryTapeFiles left, Announced announced, int cut)
    {
        var redone = new Announced(left);
        TakenUp taken = Folder(left).TakeUp(ScenarioSettings.Of(SeedStation.Scenario), 0, newest => newest, 1, new Nobody(), _ => redone);
        using Examination? examination = taken.Examination;
        Said[] before = [.. announced.Acts.Where(a => a.At <= cut)];
        Assert.True(redone.Acts.Count >= before.Length, $"cut at {cut}: {before.Length} acts were announced, {redone.Acts.Count} are left");
        Assert.Equal(before.Select(a => a.What), redone.Acts.Take(before.Length).Select(a => a.What));
        if (announced.EndedAt <= cut)
        {
            Assert.Equal(TapeState.Ended, taken.Recovered?.State);
        }

        TapeVerdict verdict = TapeVerification.Verify(left, _keys.PublicKey, SeedStation.Examination);
        Assert.Empty(verdict.Faults);
    }

    private ExaminationFolder Folder(MemoryTapeFiles disk) => new(disk.Place, _ => disk, SeedStation.Examination, _keys, Place, Limits);

    /// <param name="At">Instant of the disk's journal when it was announced.</param>
    /// <param name="What">The act as taped, and what it accepted.</param>
    private sealed record Said(int At, string What);

    private sealed class Announced(MemoryTapeFiles disk) : IChart
    {
        public List<Said> Acts { get; } = [];

        public int? EndedAt { get; private set; }

        public void Commit(ActEffect effect) => Acts.Add(new Said(
            disk.Instants,
            $"{Convert.ToHexString(effect.Detail)} {string.Join(' ', effect.Accepted.Select(f => $"{f.Id} {f.Version} {f.Printed}"))} {string.Join(' ', effect.Withdrawn.Select(f => f.Id))}"));

        public void Sealed(TapeSeal seal)
        {
        }

        public void Ended(ActEffect end) => EndedAt = disk.Instants;
    }

    private sealed class Nobody : IBench
    {
        public void Send(string link, ReadOnlyMemory<byte> bytes)
        {
        }

        public void WakeAt(string link, long atNs)
        {
        }
    }
}
