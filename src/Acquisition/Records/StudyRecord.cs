using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Records;

/// <summary>A picture as it was read: its header, or why it cannot be read.</summary>
public sealed record ReadPicture(InstanceHeader Header, XaImage? Image, string? Fault)
{
    internal PictureWords Words => new(Header.Instance, Image?.SaidSide, Image?.BodyPart, Image?.PatientId);
}

/// <summary>What reading a study changed.</summary>
public enum StudyNews
{
    /// <summary>The same pictures as before: it was told twice.</summary>
    Nothing,
    New,

    /// <summary>Pictures came late or went, or what they say was changed.</summary>
    NewVersion,
}

/// <summary>A study as the archive listed it when it was last read.</summary>
public sealed record ListedStudy(int? Instances, bool IsSetAside, string? PatientId, string? PatientIssuer, string? PatientSex, string? Accession)
{
    /// <summary>Whether it is listed so still. Of one that is set aside nothing but the count is known.</summary>
    public bool Is(int count, StudyHeader now) =>
        Instances == count && (IsSetAside || (PatientId, PatientIssuer, PatientSex, Accession) == (now.PatientId, now.PatientIssuer, now.PatientSex, now.Accession));
}

/// <summary>Whose a study is, as far as the record can tell.</summary>
/// <param name="By"><c>order</c> or <c>identifier</c>; null: a person must say.</param>
/// <param name="Sides">Side of each picture, R or L, by SOP Instance UID; null: a person must say.</param>
public sealed record StudyOwner(string? PatientSystem, string? PatientValue, Guid? Examination, string? By, IReadOnlyDictionary<string, string?> Sides, StudyDoubts Doubts);

/// <summary>What the record can say about a study's patient: orders that name the study or its accession number, and patients examined here under its identifier.</summary>
public sealed record StudyKin(IReadOnlyList<ExaminationOrder> Orders, IReadOnlyList<Examination> Examined);

/// <summary>Studies of the archive in the home database. Each call is one transaction; told twice, the second time nothing changes.</summary>
public sealed class StudyRecord(RecordDatabase database)
{
    private const string Station = "station";

    /// <summary>Examinations, newest order and newest entry of the audit trail when the unbound studies were last looked at.</summary>
    private (int Examinations, long Order, long Audit)? boundFor;

    /// <summary>Newest first.</summary>
    /// <param name="toBeBound">Only those that wait for a person: unbound, or set aside.</param>
    public async Task<IReadOnlyList<ArchivedStudy>> ListAsync(bool toBeBound, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.ArchivedStudies.AsNoTracking()
            .Where(s => !toBeBound || s.BoundBy == null || s.State == StudyState.SetAside)
            .OrderByDescending(s => s.ReadUtcNs).ThenBy(s => s.Study).ToListAsync(cancel);
    }

    /// <summary>How many studies came of which nothing can be read.</summary>
    public async Task<int> UnreadableAsync(CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.ArchivedStudies.CountAsync(s => s.State == StudyState.SetAside, cancel);
    }

    /// <summary>Null where this station does not know it.</summary>
    public async Task<ArchivedStudy?> FindAsync(string study, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.ArchivedStudies.AsNoTracking().SingleOrDefaultAsync(s => s.Study == study, cancel);
    }

    /// <summary>Its pictures that the archive still holds, in order of series and instance.</summary>
    public async Task<IReadOnlyList<ArchivedPicture>> PicturesAsync(string study, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.ArchivedPictures.AsNoTracking()
            .Where(p => p.Study == study && p.GoneVersion == null).OrderBy(p => p.Series).ThenBy(p => p.Instance).ToListAsync(cancel);
    }

    /// <summary>What happened to it, oldest first.</summary>
    public async Task<IReadOnlyList<StudyEvent>> EventsAsync(string study, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.StudyEvents.AsNoTracking().Where(e => e.Study == study).OrderBy(e => e.Id).ToListAsync(cancel);
    }

    /// <summary>Number of the newest thing that happened to any study, at this station or another of the same record; 0 before the first.</summary>
    public async Task<long> NewestEventAsync(CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.StudyEvents.MaxAsync(e => (long?)e.Id, cancel) ?? 0;
    }

    /// <summary>How far the changes of an archive were read; 0 at first.</summary>
    public async Task<long> PositionAsync(string archive, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return (await context.ChangePositions.AsNoTracking().SingleOrDefaultAsync(p => p.Archive == archive, cancel))?.Last ?? 0;
    }

    /// <summary>Everything up to this change is in the record. Called after it is: cut off in between, a change is told twice and changes nothing.</summary>
    public async Task MoveAsync(string archive, long last, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        if (await context.ChangePositions.SingleOrDefaultAsync(p => p.Archive == archive, cancel) is { } position)
        {
            position.Last = last;
        }
        else
        {
            context.ChangePositions.Add(new ChangePosition { Archive = archive, Last = last });
        }

        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>What the archive listed of each study when it was last read: what it lists otherwise has changed.</summary>
    public async Task<IReadOnlyDictionary<string, ListedStudy>> ListedAsync(CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.ArchivedStudies.AsNoTracking().ToDictionaryAsync(
            s => s.Study, s => new ListedStudy(s.Instances, s.State == StudyState.SetAside, s.PatientId, s.PatientIssuer, s.PatientSex, s.Accession), cancel);
    }

    public async Task<StudyKin> KinAsync(StudyHeader header, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(header);
        await using RecordContext context = database.Context();
        List<ExaminationOrder> orders = await context.ExaminationOrders.AsNoTracking()
            .Where(o => o.Study == header.Study || (header.Accession != null && o.Accession == header.Accession)).OrderBy(o => o.AtUtcNs).ToListAsync(cancel);
        List<Examination> examined = header.PatientId is null
            ? []
            : await context.Examinations.AsNoTracking().Where(e => e.PatientValue == header.PatientId).OrderBy(e => e.StartedUtcNs).ToListAsync(cancel);
        return new StudyKin(orders, examined);
    }

    /// <summary>Looks again at what waits to be bound, once anything has happened to an examination or an order: the order may come after its pictures, a patient may be corrected.</summary>
    /// <returns>What is bound now.</returns>
    public async Task<IReadOnlyList<ArchivedStudy>> BindAgainAsync(PatientNaming naming, long atUtcNs, CancellationToken cancel)
    {
        List<ArchivedStudy> bound = [];
        await using RecordContext context = database.Context();
        (int, long, long) now = (
            await context.Examinations.CountAsync(cancel), await context.ExaminationOrders.MaxAsync(o => (long?)o.AtUtcNs, cancel) ?? 0, await context.Audit.MaxAsync(a => (long?)a.Id, cancel) ?? 0);
        if (now == boundFor)
        {
            return bound;
        }

        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        foreach (ArchivedStudy study in await context.ArchivedStudies.Where(s => s.BoundBy == null && s.State == StudyState.Readable).ToListAsync(cancel))
        {
            if (study.Doubts.HasFlag(StudyDoubts.PatientsDiffer))
            {
                continue;       // no order and no examination settles that
            }

            var header = new StudyHeader(study.Study, study.PatientId, study.PatientIssuer, study.PatientSex, study.Accession, study.Date, study.Description, study.Instances);
            List<ArchivedPicture> pictures = await context.ArchivedPictures.Where(p => p.Study == study.Study && p.GoneVersion == null && p.Fault == null).ToListAsync(cancel);
            StudyOwner owner = StudyBinding.Of(header, [.. pictures.Select(p => new PictureWords(p.Instance, p.SaidSide, p.BodyPart))], await KinAsync(header, cancel), naming);
            (StudyDoubts, string?, string?) before = (study.Doubts, study.PatientValue, study.PatientSystem);
            Own(study, owner, StudyNews.Nothing, atUtcNs);
            pictures.ForEach(p => p.Side = owner.Sides.GetValueOrDefault(p.Instance));
            if (study.IsBound)
            {
                context.StudyEvents.Add(Happened(study, Station, "bound", atUtcNs));
                bound.Add(study);
            }
            else if (before != (study.Doubts, study.PatientValue, study.PatientSystem))
            {
                context.StudyEvents.Add(Happened(study, Station, "doubts_changed", atUtcNs));
            }
        }

        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        boundFor = now;
        return bound;
    }

    /// <summary>Writes down what a study holds now. A binding done by a person stands.</summary>
    public async Task<StudyNews> TakeAsync(StudyHeader header, IReadOnlyList<ReadPicture> pictures, StudyOwner owner, long atUtcNs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(owner);
        string fault = pictures.Any(p => p.Image is not null) ? "" : pictures is [var first, ..] ? first.Fault ?? "" : "it holds no picture";
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        string set = SetOf(header, pictures);
        ArchivedStudy? study = await context.ArchivedStudies.SingleOrDefaultAsync(s => s.Study == header.Study, cancel);
        StudyNews news = study is null ? StudyNews.New
            : study.Pictures == set && (study.State == StudyState.Readable || fault.Length > 0) ? StudyNews.Nothing
            : StudyNews.NewVersion;
        if (study is null)
        {
            study = new ArchivedStudy { Study = header.Study, Pictures = set, State = StudyState.Readable, ArrivedUtcNs = atUtcNs, ReadUtcNs = atUtcNs, Doubts = StudyDoubts.None };
            context.ArchivedStudies.Add(study);
        }
        else if (news == StudyNews.NewVersion)
        {
            (study.Version, study.Pictures, study.ReadUtcNs) = (study.Version + 1, set, atUtcNs);
        }

        study.Instances = header.Instances;
        if (news != StudyNews.Nothing)
        {
            Describe(study, header, fault);
            await PlaceAsync(context, study, pictures, owner, cancel);
            Own(study, owner, news, atUtcNs);
            context.StudyEvents.Add(Happened(study, Station, fault.Length > 0 ? "set_aside" : "read", atUtcNs));
        }

        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return news;
    }

    /// <summary>A study that cannot even be listed: kept with its reason, so that it is not asked for again and again. What was known of it stays.</summary>
    /// <param name="instances">As the archive counts them now; null where it does not.</param>
    /// <returns>False where it stood aside for the same reason before.</returns>
    public async Task<bool> SetAsideAsync(string study, int? instances, string reason, long atUtcNs, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        ArchivedStudy? known = await context.ArchivedStudies.SingleOrDefaultAsync(s => s.Study == study, cancel);
        if (known is null)
        {
            known = new ArchivedStudy { Study = study, Pictures = string.Empty, State = StudyState.SetAside, ArrivedUtcNs = atUtcNs, ReadUtcNs = atUtcNs, Doubts = StudyDoubts.None };
            context.ArchivedStudies.Add(known);
        }

        bool news = known.State != StudyState.SetAside || known.Reason != reason;
        known.Instances = instances ?? known.Instances;
        if (news)
        {
            (known.State, known.Reason, known.ReadUtcNs) = (StudyState.SetAside, reason, atUtcNs);
            context.StudyEvents.Add(Happened(known, Station, "set_aside", atUtcNs));
        }

        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return news;
    }

    /// <summary>A person says whose it is.</summary>
    /// <param name="side">R or L for every picture; null: each keeps the side it says.</param>
    /// <returns>Null when it is bound; else why not.</returns>
    public async Task<string?> BindAsync(string study, string patientSystem, string patientValue, string? side, string user, long atUtcNs, CancellationToken cancel)
    {
        if (side is not (null or "R" or "L"))
        {
            return "a side is R or L";
        }

        if (string.IsNullOrWhiteSpace(patientSystem) || string.IsNullOrWhiteSpace(patientValue))
        {
            return "a patient is an identifier and its issuer";
        }

        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        if (await context.ArchivedStudies.SingleOrDefaultAsync(s => s.Study == study, cancel) is not { } known)
        {
            return "this station knows no such study";
        }

        List<ArchivedPicture> pictures = await context.ArchivedPictures.Where(p => p.Study == study).ToListAsync(cancel);
        if (side is null && pictures.Any(p => p.KnownSide is null && p.GoneVersion is null))
        {
            return "a picture names no side, or two: say which leg it is";
        }

        foreach (ArchivedPicture picture in pictures)
        {
            picture.Side = side ?? picture.KnownSide;
        }

        if (known.PatientSystem != patientSystem || known.PatientValue != patientValue)
        {
            known.Examination = null;
        }

        (known.PatientSystem, known.PatientValue, known.BoundBy, known.BoundUtcNs) = (patientSystem, patientValue, user, atUtcNs);
        known.Doubts &= ~(StudyDoubtWords.Open | StudyDoubts.CameAfterBinding | StudyDoubts.SideOverruled) | StudyDoubts.PatientsDiffer;
        if (side is not null && pictures.Any(p => p.KnownSide is { } said && said != side))
        {
            known.Doubts |= StudyDoubts.SideOverruled;
        }

        context.StudyEvents.Add(Happened(known, user, "bound", atUtcNs));
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    private static void Describe(ArchivedStudy study, StudyHeader header, string fault)
    {
        (study.State, study.Reason) = fault.Length > 0 ? (StudyState.SetAside, fault) : (StudyState.Readable, null);
        (study.PatientId, study.PatientIssuer, study.PatientSex) = (header.PatientId, header.PatientIssuer, header.PatientSex);
        (study.Accession, study.Date, study.Description) = (header.Accession, header.Date, header.Description);
    }

    private static async Task PlaceAsync(RecordContext context, ArchivedStudy study, IReadOnlyList<ReadPicture> pictures, StudyOwner owner, CancellationToken cancel)
    {
        Dictionary<string, ArchivedPicture> held = await context.ArchivedPictures.Where(p => p.Study == study.Study).ToDictionaryAsync(p => p.Instance, cancel);
        foreach (ReadPicture read in pictures)
        {
            string instance = read.Header.Instance;
            if (!held.Remove(instance, out ArchivedPicture? picture))
            {
                picture = new ArchivedPicture { Study = study.Study, Series = read.Header.Series, Instance = instance, Modality = read.Header.Modality!, SinceVersion = study.Version };
                context.ArchivedPictures.Add(picture);
            }

            (picture.Fault, picture.GoneVersion) = (read.Fault, null);
            if (read.Image is { } image)
            {
                (picture.Frames, picture.Rows, picture.Columns) = (image.Frames, image.Rows, image.Columns);
                (picture.SaidSide, picture.BodyPart, picture.Description) = (image.SaidSide, image.BodyPart, image.Description);
            }

            picture.Side = IsByPerson(study) ? picture.Side ?? picture.KnownSide : owner.Sides.GetValueOrDefault(instance);
        }

        foreach (ArchivedPicture gone in held.Values)
        {
            gone.GoneVersion ??= study.Version;
        }
    }

    private static void Own(ArchivedStudy study, StudyOwner owner, StudyNews news, long atUtcNs)
    {
        if (IsByPerson(study))
        {
            study.Doubts |= news == StudyNews.NewVersion ? StudyDoubts.CameAfterBinding | (owner.Doubts & StudyDoubts.PatientsDiffer) : StudyDoubts.None;
            return;
        }

        study.Doubts = owner.Doubts;
        (study.PatientSystem, study.PatientValue, study.Examination) = (owner.PatientSystem, owner.PatientValue, owner.Examination);
        (study.BoundBy, study.BoundUtcNs) = (owner.By, owner.By is null ? null : atUtcNs);
    }

    private static bool IsByPerson(ArchivedStudy study) => study.BoundBy is not (null or StudyBinding.ByOrder or StudyBinding.ByIdentifier);

    private static StudyEvent Happened(ArchivedStudy study, string user, string what, long atUtcNs) => new()
    {
        Study = study.Study,
        AtUtcNs = atUtcNs,
        User = user,
        What = what,
        Detail = new JsonObject
        {
            ["version"] = study.Version,
            ["bound_by"] = study.BoundBy,
            ["patient_system"] = study.PatientSystem,
            ["patient"] = study.PatientValue,
            ["examination"] = study.Examination?.ToString(),
            ["doubts"] = study.Doubts.ToString(),
            ["reason"] = study.Reason,
        }.ToJsonString(),
    };

    /// <summary>Of what decides whose leg is shown: a header that was put right in the archive is another set.</summary>
    private static string SetOf(StudyHeader header, IReadOnlyList<ReadPicture> pictures)
    {
        var said = new JsonArray(header.PatientId, header.PatientIssuer, header.PatientSex, header.Accession);
        foreach (ReadPicture p in pictures.OrderBy(p => p.Header.Instance, StringComparer.Ordinal))
        {
            said.Add(new JsonArray(p.Header.Instance, p.Image?.PatientId, p.Image?.SaidSide, p.Image?.BodyPart, p.Image?.Frames, p.Image?.Rows, p.Image?.Columns));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said.ToJsonString())));
    }
}
