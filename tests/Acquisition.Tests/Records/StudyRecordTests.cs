using Vascular.Acquisition.Records;
using Vascular.Devices.Angiography;
using Vascular.Processing.Angiography;

namespace Vascular.Acquisition.Tests.Records;

public sealed class StudyRecordTests
{
    private const string System = "urn:oid:2.999.1.1";
    private static readonly PatientNaming Naming = new(System, "LAB");

    [Fact]
    public async Task The_same_pictures_are_the_same_version_and_late_ones_a_new_one()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        var studies = new StudyRecord(record.Database);
        StudyHeader header = Header("2.25.1");
        ReadPicture one = Picture("2.25.11", "R"), two = Picture("2.25.12", "R");
        Assert.Equal(StudyNews.New, await TakeAsync(studies, header, [one]));
        Assert.Equal(StudyNews.Nothing, await TakeAsync(studies, header, [one]));
        Assert.Equal(StudyNews.NewVersion, await TakeAsync(studies, header, [two, one]));
        Assert.Equal(StudyNews.Nothing, await TakeAsync(studies, header, [one, two]));
        Assert.Equal(2, (await studies.FindAsync("2.25.1", default))!.Version);
        Assert.Equal([1, 2], (await studies.PicturesAsync("2.25.1", default)).Select(p => p.SinceVersion));
        Assert.Equal(["read", "read"], (await studies.EventsAsync("2.25.1", default)).Select(e => e.What));
        Assert.Equal(StudyNews.NewVersion, await TakeAsync(studies, header, [two]));
        Assert.Equal("2.25.12", Assert.Single(await studies.PicturesAsync("2.25.1", default)).Instance);
    }

    [Fact]
    public async Task What_a_person_bound_stays_bound_and_a_late_picture_is_said()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        var studies = new StudyRecord(record.Database);
        await TakeAsync(studies, Header("2.25.1"), [Picture("2.25.11", null)]);
        Assert.Equal("2.25.1", Assert.Single(await studies.ListAsync(toBeBound: true, default)).Study);
        Assert.Contains("which leg", await studies.BindAsync("2.25.1", System, "P-7", null, "reader", 9, default), StringComparison.Ordinal);
        Assert.Null(await studies.BindAsync("2.25.1", System, "P-7", "L", "reader", 9, default));
        Assert.Empty(await studies.ListAsync(toBeBound: true, default));
        await TakeAsync(studies, Header("2.25.1"), [Picture("2.25.11", null), Picture("2.25.12", "R")]);
        ArchivedStudy bound = (await studies.FindAsync("2.25.1", default))!;
        Assert.Equal(("P-7", "reader", StudyDoubts.CameAfterBinding), (bound.PatientValue, bound.BoundBy, bound.Doubts));
        Assert.Equal(["L", "R"], (await studies.PicturesAsync("2.25.1", default)).Select(p => p.Side));
        Assert.Equal(["read", "bound", "read"], (await studies.EventsAsync("2.25.1", default)).Select(e => e.What));
    }

    [Fact]
    public async Task A_study_without_a_readable_picture_is_set_aside_with_the_reason()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        var studies = new StudyRecord(record.Database);
        await TakeAsync(studies, Header("2.25.1"), [Picture("2.25.11", "R") with { Image = null, Fault = "Rows is '0', expected 1 to 4096" }]);
        await studies.SetAsideAsync("2.25.2", 1, "the archive answered 500", 5, default);
        IReadOnlyList<ArchivedStudy> waiting = await studies.ListAsync(toBeBound: true, default);
        Assert.All(waiting, s => Assert.Equal(StudyState.SetAside, s.State));
        Assert.Equal(["Rows is '0', expected 1 to 4096", "the archive answered 500"], waiting.Select(s => s.Reason).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Changes_are_read_on_from_where_they_were_read_to()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        var studies = new StudyRecord(record.Database);
        Assert.Equal(0, await studies.PositionAsync("one", default));
        await studies.MoveAsync("one", 17, default);
        await studies.MoveAsync("one", 19, default);
        Assert.Equal(19, await new StudyRecord(await RecordDatabase.OpenAsync(record.File, default)).PositionAsync("one", default));
        Assert.Equal(0, await studies.PositionAsync("another", default));
    }

    [Theory]
    [InlineData("P-1", null, "F", "R", "FOOT", StudyDoubts.None)]
    [InlineData("P-1", "LAB", "F", "R", "LOWER EXTREMITY", StudyDoubts.None)]
    [InlineData("P-1", "2.999.1.1", "F", "R", "FOOT", StudyDoubts.None)]
    [InlineData("P-1", null, "F", "R", null, StudyDoubts.BodyPartNotSaid)]
    [InlineData("P-1", "ELSEWHERE", "F", "R", "FOOT", StudyDoubts.IssuerDiffers)]
    [InlineData("P-1", "999.1.1", "F", "R", "FOOT", StudyDoubts.IssuerDiffers)]
    [InlineData("P-1", null, "M", "R", "FOOT", StudyDoubts.SexContradicts)]
    [InlineData("P-1", null, "F", null, "FOOT", StudyDoubts.SideNotSaid)]
    [InlineData("P-1", null, "F", "R", "CHEST", StudyDoubts.BodyPartElsewhere)]
    [InlineData("P-1", null, "F", "R", "UPPER EXTREMITY", StudyDoubts.BodyPartElsewhere)]
    [InlineData("P-1", null, "F", "R", "ABDOMENPELVIS", StudyDoubts.BodyPartElsewhere)]
    [InlineData("P-1", null, "F", "R", "EXTREMITY", StudyDoubts.BodyPartNotSaid)]
    [InlineData("P-1", null, "F", "R", "PELVISLOWEXTREMT", StudyDoubts.None)]
    [InlineData("P-2", null, "F", "R", "FOOT", StudyDoubts.PatientUnknown)]
    [InlineData(null, null, "F", "R", "FOOT", StudyDoubts.PatientNotSaid)]
    public void Without_an_order_the_identifier_binds_and_each_doubt_is_said(string? id, string? issuer, string sex, string? side, string? part, StudyDoubts doubts)
    {
        StudyHeader header = Header("2.25.1") with { PatientId = id, PatientIssuer = issuer, PatientSex = sex };
        Examination[] examined = id == "P-1" ? [Examined("P-1", "female")] : [];
        StudyOwner owner = StudyBinding.Of(header, [Picture("2.25.11", side, part).Words with { Patient = id }], new StudyKin([], examined), Naming);
        Assert.Equal(doubts, owner.Doubts);
        bool sure = doubts is StudyDoubts.None or StudyDoubts.BodyPartNotSaid;
        Assert.Equal(sure ? "identifier" : null, owner.By);
        Assert.Equal(side, owner.Sides["2.25.11"]);
    }

    [Fact]
    public async Task A_picture_of_both_legs_waits_for_a_person_whatever_the_order_says()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        var studies = new StudyRecord(record.Database);
        ReadPicture both = Picture("2.25.11", null);
        both = both with { Image = both.Image! with { SaidSide = XaImage.BothSides } };
        var order = new ExaminationOrder { Examination = TemporaryRecord.Opening.Examination, PatientSystem = System, PatientValue = "P-1", Study = "2.25.1", Side = "R", FromWorklist = true, User = "t", AtUtcNs = 7 };
        StudyOwner owner = StudyBinding.Of(Header("2.25.1"), [both.Words], new StudyKin([order], []), Naming);
        Assert.Equal((StudyDoubts.SideUnclear, (string?)null, (string?)null), (owner.Doubts, owner.By, owner.Sides["2.25.11"]));

        await studies.TakeAsync(Header("2.25.1"), [both], owner, 5, default);
        Assert.Empty(await studies.BindAgainAsync(Naming, 6, default));
        Assert.Equal("a picture names no side, or two: say which leg it is", await studies.BindAsync("2.25.1", System, "P-1", null, "A. Person", 7, default));
        Assert.Null(await studies.BindAsync("2.25.1", System, "P-1", "L", "A. Person", 8, default));
        Assert.Equal(StudyDoubts.None, (await studies.FindAsync("2.25.1", default))!.Doubts);
        Assert.Equal("L", Assert.Single(await studies.PicturesAsync("2.25.1", default)).Side);
    }

    /// <summary>A copy that was named anew under the same Study Instance UID.</summary>
    [Fact]
    public async Task Pictures_of_two_patients_are_never_bound_by_themselves_and_say_so_when_a_person_binds_them()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        var studies = new StudyRecord(record.Database);
        ReadPicture own = Picture("2.25.11", "R"), other = Picture("2.25.12", "R");
        other = other with { Image = other.Image! with { PatientId = "P-2" } };
        StudyOwner owner = StudyBinding.Of(Header("2.25.1"), [own.Words, other.Words], new StudyKin([], [Examined("P-1", null)]), Naming);
        Assert.Equal((StudyDoubts.PatientsDiffer, null, null), (owner.Doubts, owner.By, owner.PatientValue));

        await studies.TakeAsync(Header("2.25.1"), [own, other], owner, 5, default);
        Assert.Empty(await studies.BindAgainAsync(Naming, 6, default));
        Assert.Null(await studies.BindAsync("2.25.1", System, "P-1", null, "A. Person", 7, default));
        Assert.Equal(StudyDoubts.PatientsDiffer, (await studies.FindAsync("2.25.1", default))!.Doubts);
    }

    [Fact]
    public async Task A_late_picture_of_another_patient_is_said_of_a_study_that_a_person_bound()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        var studies = new StudyRecord(record.Database);
        ReadPicture own = Picture("2.25.11", "R"), other = Picture("2.25.12", "R");
        await TakeAsync(studies, Header("2.25.1"), [own]);
        Assert.Null(await studies.BindAsync("2.25.1", System, "P-1", null, "A. Person", 7, default));

        await TakeAsync(studies, Header("2.25.1"), [own, other with { Image = other.Image! with { PatientId = "P-2" } }]);

        ArchivedStudy study = (await studies.FindAsync("2.25.1", default))!;
        Assert.Equal(("A. Person", StudyDoubts.CameAfterBinding | StudyDoubts.PatientsDiffer), (study.BoundBy, study.Doubts));
    }

    [Fact]
    public async Task A_header_put_right_in_the_archive_is_a_new_version_and_no_longer_bound()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        var studies = new StudyRecord(record.Database);
        var kin = new StudyKin([], [Examined("P-1", null)]);
        async Task<StudyNews> ReadAsync(string patient, string side)
        {
            StudyHeader header = Header("2.25.1") with { PatientId = patient, Instances = 1 };
            ReadPicture picture = Picture("2.25.11", side);
            picture = picture with { Image = picture.Image! with { PatientId = patient } };
            return await studies.TakeAsync(header, [picture], StudyBinding.Of(header, [picture.Words], patient == "P-1" ? kin : new StudyKin([], []), Naming), 5, default);
        }

        Assert.Equal(StudyNews.New, await ReadAsync("P-1", "R"));
        Assert.Equal(StudyNews.Nothing, await ReadAsync("P-1", "R"));
        Assert.True((await studies.FindAsync("2.25.1", default))!.IsBound);
        Assert.True((await studies.ListedAsync(default))["2.25.1"].Is(1, Header("2.25.1")));
        Assert.False((await studies.ListedAsync(default))["2.25.1"].Is(1, Header("2.25.1") with { PatientId = "P-9" }));

        Assert.Equal(StudyNews.NewVersion, await ReadAsync("P-9", "L"));
        ArchivedStudy study = (await studies.FindAsync("2.25.1", default))!;
        Assert.Equal((2, false, StudyDoubts.PatientUnknown), (study.Version, study.IsBound, study.Doubts));
        Assert.Equal("L", (await studies.PicturesAsync("2.25.1", default))[0].Side);

        await studies.BindAsync("2.25.1", System, "P-9", null, "A. Person", 7, default);
        Assert.Equal(StudyNews.NewVersion, await ReadAsync("P-9", "R"));
        Assert.Equal(StudyDoubts.CameAfterBinding, (await studies.FindAsync("2.25.1", default))!.Doubts);
    }

    [Fact]
    public async Task A_study_waits_for_its_patient_and_is_bound_when_the_patient_of_an_examination_is_put_right()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        var studies = new StudyRecord(record.Database);
        await TakeAsync(studies, Header("2.25.1"), [Picture("2.25.11", "R")]);
        Assert.Empty(await studies.BindAgainAsync(Naming, 6, default));

        await using (RecordContext context = record.Database.Context())
        {
            Examination examination = context.Examinations.Single();
            (examination.PatientSystem, examination.PatientValue) = (System, "P-1");
            context.Audit.Add(new AuditEntry { Examination = examination.Id, Key = "act/2", AtUtcNs = 6, User = "technician", Action = "patient", Detail = "{}" });
            await context.SaveChangesAsync();
        }

        Assert.Equal("2.25.1", Assert.Single(await studies.BindAgainAsync(Naming, 7, default)).Study);
    }

    [Fact]
    public async Task An_order_that_comes_after_its_pictures_binds_them()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        var studies = new StudyRecord(record.Database);
        await TakeAsync(studies, Header("2.25.1"), [Picture("2.25.11", null)]);
        Assert.Empty(await studies.BindAgainAsync(Naming, 6, default));
        var order = new ExaminationOrder { Examination = TemporaryRecord.Opening.Examination, PatientSystem = System, PatientValue = "P-1", Study = "2.25.1", Side = "L", FromWorklist = true, User = "t", AtUtcNs = 7 };
        await new OrderRecord(record.Database).KeepAsync(order, default);
        Assert.Equal("order", Assert.Single(await studies.BindAgainAsync(Naming, 8, default)).BoundBy);
        ArchivedStudy bound = (await studies.FindAsync("2.25.1", default))!;
        Assert.Equal((order.Examination, "P-1", StudyDoubts.SideFromOrder), (bound.Examination, bound.PatientValue, bound.Doubts));
        Assert.Equal("L", Assert.Single(await studies.PicturesAsync("2.25.1", default)).Side);
        Assert.Empty(await studies.BindAgainAsync(Naming, 9, default));
    }

    [Theory]
    [InlineData("P-1", "R", "R", StudyDoubts.None, "R")]
    [InlineData("P-1", "R", null, StudyDoubts.SideFromOrder, "R")]
    [InlineData("P-1", null, "L", StudyDoubts.None, "L")]
    [InlineData("P-1", "R", "L", StudyDoubts.SideContradicts, "L")]
    [InlineData("P-9", "R", "R", StudyDoubts.PatientContradicts, "R")]
    public void An_order_binds_its_study_to_its_examination_unless_they_contradict(string ordered, string? orderSide, string? side, StudyDoubts doubts, string shown)
    {
        var order = new ExaminationOrder { Examination = new Guid(7, 0, 0, new byte[8]), PatientSystem = System, PatientValue = ordered, Accession = "A-1", Side = orderSide, FromWorklist = true, User = "t", AtUtcNs = 1 };
        StudyOwner owner = StudyBinding.Of(Header("2.25.1"), [Picture("2.25.11", side).Words], new StudyKin([order], []), Naming);
        Assert.Equal((doubts, shown), (owner.Doubts, owner.Sides["2.25.11"]));
        bool sure = doubts is StudyDoubts.None or StudyDoubts.SideFromOrder;
        Assert.Equal(sure ? "order" : null, owner.By);
        Assert.Equal(doubts == StudyDoubts.PatientContradicts ? null : order.Examination, owner.Examination);
    }

    [Fact]
    public void Both_legs_in_one_study_keep_a_side_each()
    {
        StudyOwner owner = StudyBinding.Of(Header("2.25.1"), [Picture("2.25.11", "R").Words, Picture("2.25.12", "L").Words], new StudyKin([], [Examined("P-1", null)]), Naming);
        Assert.Equal((StudyDoubts.BothSides, "identifier", "R", "L"), (owner.Doubts, owner.By, owner.Sides["2.25.11"], owner.Sides["2.25.12"]));
    }

    private static Task<StudyNews> TakeAsync(StudyRecord studies, StudyHeader header, IReadOnlyList<ReadPicture> pictures) =>
        studies.TakeAsync(header, pictures, StudyBinding.Of(header, [.. pictures.Where(p => p.Image is not null).Select(p => p.Words)], new StudyKin([], []), Naming), 5, default);

    private static StudyHeader Header(string study) => new(study, "P-1", null, "F", "A-1", "20260115", "leg", null);

    private static Examination Examined(string patient, string? gender) =>
        new() { Id = new Guid(7, 0, 0, new byte[8]), StartedUtcNs = 1, Site = "lab", Gateway = "box", PatientSystem = System, PatientValue = patient, PatientGender = gender, Simulated = false };

    private static ReadPicture Picture(string instance, string? side, string? part = "FOOT") => new(
        new InstanceHeader("2.25.1", "2.25.10", instance, "XA", null),
        new XaImage("2.25.1", "2.25.10", instance, "P-1", "A-1", side, part, "run", 8, 64, 64, 16, null, null, null, null, false,
            new RunDescription(null, IntensityRelationship.Linear, 12, MaskOperation.None, [], false)),
        null);
}
