using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Capture;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>What an examination puts on its tape, and when it lets something out.</summary>
public sealed class ExaminationTapeTests : IDisposable, IBench, IChart
{
    private static readonly ReportPlace Place = new("lab-a", "bedside-box-01", "0.1.0");

    private readonly MemoryTapeFiles _disk = new();
    private readonly TapeKeys _keys = TapeKeys.InMemory();
    private readonly List<byte[]> _sent = [];

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void What_is_sent_is_on_the_tape_and_synced_before_the_device_hears_it()
    {
        using Examination examination = TakeUp(speed: 1).Examination!;
        Begin(examination);
        Assert.Null(examination.Perform(new Act.Bind("cuff-1", Site.Parse("R.ARM"), "PAR 1"), "technician", 1));
        Assert.Null(examination.Perform(new Act.Start("arm.right"), "technician", 2));
        Assert.Single(_sent); // Send looked at the tape
        Assert.Null(examination.Perform(new Act.Stop("arm.right"), "technician", 3));
        Assert.Equal(2, _sent.Count);
    }

    [Fact]
    public void A_tape_cut_off_before_its_settings_gets_them_at_its_recovery()
    {
        TapeWriter.Create(_disk, new TapeOrigin(HandTape.Id, Place.Gateway, Place.SoftwareVersion), _keys, SmallTape.AnchorUtcNs).Dispose();
        TakenUp taken = TakeUp(speed: 1);
        using Examination examination = taken.Examination!;
        Assert.Equal(TapeState.Resumed, taken.Recovered?.State);
        Begin(examination);
        Assert.Null(examination.Perform(new Act.Bind("cuff-1", Site.Parse("R.ARM"), "PAR 1"), "technician", examination.Fold.LastAtNs));
        Assert.Single(Taped(), r => r.Type == TapeRecordType.Settings);
    }

    [Fact]
    public void A_tape_cut_off_before_its_anchor_is_anchored_by_its_recovery()
    {
        TapeWriter.Create(_disk, new TapeOrigin(HandTape.Id, Place.Gateway, Place.SoftwareVersion), _keys, SmallTape.AnchorUtcNs).Dispose();
        (int offset, _, _) = SmallTape.Frames(_disk[SmallTape.Segment1]).Single(f => f.Type == TapeRecordType.Anchor);
        _disk[SmallTape.Segment1] = _disk[SmallTape.Segment1][..offset];
        using Examination examination = TakeUp(speed: 1).Examination!;
        TapeRecord resume = Taped().Single(r => r.Type == TapeRecordType.Resume);
        Assert.Equal(TapeAnchor.Of(resume), examination.Fold.Anchor);
        Assert.NotNull(examination.Fold.Settings);
    }

    [Fact]
    public void Gone_on_with_at_another_speed_the_tape_says_so()
    {
        TakeUp(speed: 10).Examination!.Dispose();
        TakeUp(speed: 10).Examination!.Dispose();
        Assert.Single(Taped(), r => r.Type == TapeRecordType.Speed);
        using Examination examination = TakeUp(speed: 1).Examination!;
        Assert.Equal(1, examination.Fold.Speed);
        Assert.Equal(2, Taped().Count(r => r.Type == TapeRecordType.Speed));
    }

    void IBench.Send(string link, ReadOnlyMemory<byte> bytes)
    {
        Assert.IsType<MemoryTapeFiles.Operation.Synced>(_disk.Journal[^1]);
        Assert.Equal(bytes.ToArray(), Taped().Last(r => r.Type == TapeRecordType.Sent).Payload.ToArray());
        _sent.Add(bytes.ToArray());
    }

    void IBench.WakeAt(string link, long atNs)
    {
    }

    void IChart.Commit(ActEffect effect)
    {
    }

    void IChart.Sealed(TapeSeal seal)
    {
    }

    void IChart.Ended(ActEffect end)
    {
    }

    private static void Begin(Examination examination)
    {
        examination.Append(TapeRecordType.Open, "cuff-1", examination.Fold.LastAtNs, CanonicalJson.Write(LinkEventJson.Open("/dev/cuff", "PAR 1")));
        Assert.Null(examination.Perform(new Act.Patient("urn:oid:2.999.1.1", "P-1", null, null, null, null, null, null), "technician", examination.Fold.LastAtNs));
    }

    private TakenUp TakeUp(double speed)
    {
        var settings = new ExaminationSettings
        {
            RuleVersion = "test",
            Channels = [new ChannelSettings("cuff-1", "par", true, 254)],
            Protocol = [new ProtocolStep("arm.right", StepKind.ArmPressure, Site.Parse("R.ARM"))],
        };
        return new ExaminationFolder(_disk.Place, _ => _disk, HandTape.Id, _keys, Place, TapeLimits.Default)
            .TakeUp(settings, SmallTape.AnchorUtcNs, newest => SmallTape.AnchorUtcNs + newest, speed, this, _ => this);
    }

    private List<TapeRecord> Taped() => [.. new TapeReader(_disk, _keys).Read().Select(r => r.Record with { Payload = r.Record.Payload.ToArray() })];
}
