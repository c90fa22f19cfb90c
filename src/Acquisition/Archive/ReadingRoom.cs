using System.Runtime.CompilerServices;
using Vascular.Acquisition.Records;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Archive;

/// <summary>Where angiograms and films are looked at: lists what the archive holds, keeps the few images that are open.</summary>
/// <remarks>At most <see cref="MostOpen"/> are open; the one that was not looked at for longest is closed for the next. Nothing is kept of an image that is closed.</remarks>
/// <param name="studies">What the station knows of the archive's studies; null: the archive itself is asked.</param>
public sealed class ReadingRoom(IAngiograms archive, DirectoryInfo folder, StudyRecord? studies = null) : IDisposable
{
    public const int MostOpen = 4;
    private const int MostListed = 500;
    private static readonly string[] Modalities = ["XA", "DX", "CR"];

    private readonly SemaphoreSlim opening = new(1, 1);
    private readonly Lock gate = new();
    private readonly List<OpenRun> open = [];

    /// <summary>The folder of a station in which the frames of open images lie, for this user alone. What a process that was killed left there is taken away.</summary>
    /// <param name="data">The data folder, which this process owns.</param>
    public static DirectoryInfo Spool(string data)
    {
        DirectoryInfo folder = Directory.CreateDirectory(Path.Combine(data, "angiograms"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (FileInfo left in folder.GetFiles())
        {
            left.Delete();
        }

        return folder;
    }

    /// <summary>What can be looked at, the newest study first.</summary>
    /// <exception cref="AngiogramException">The archive cannot be reached.</exception>
    public async Task<IReadOnlyList<ListedImage>> ListAsync(CancellationToken cancel)
    {
        List<ListedImage> images = [];
        await foreach (ListedImage image in studies is null ? OfArchiveAsync(cancel) : OfRecordAsync(studies, cancel))
        {
            images.Add(image);
            if (images.Count == MostListed)
            {
                break;
            }
        }

        return [.. images.OrderByDescending(i => i.Date ?? "", StringComparer.Ordinal).ThenBy(i => i.Study, StringComparer.Ordinal).ThenBy(i => i.Series, StringComparer.Ordinal).ThenBy(i => i.Instance, StringComparer.Ordinal)];
    }

    /// <summary>Opens an image, or hands out the one that is open.</summary>
    /// <param name="progress">Told the share of the frames that are there.</param>
    /// <exception cref="AngiogramException">It cannot be read; the message says why, and every other image goes on.</exception>
    public async Task<OpenRun> OpenAsync(string study, string series, string instance, Action<double>? progress, CancellationToken cancel)
    {
        await opening.WaitAsync(cancel);
        try
        {
            if (Take(r => r.Image.Instance == instance) is { } here)
            {
                return here;
            }

            XaImage image = await archive.DescribeAsync(study, series, instance, cancel);
            OpenRun run = await OpenRun.OpenAsync(archive, image, folder, done => progress?.Invoke(done / (double)image.Frames), cancel);
            OpenRun? oldest = null;
            lock (gate)
            {
                open.Add(run);
                if (open.Count > MostOpen)
                {
                    oldest = open[0];
                    open.RemoveAt(0);
                }
            }

            oldest?.Dispose();
            return run;
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>The open image of a token; null when it was closed.</summary>
    public OpenRun? Find(string token) => Take(r => r.Token == token);

    public void Dispose()
    {
        lock (gate)
        {
            open.ForEach(r => r.Dispose());
            open.Clear();
        }

        opening.Dispose();
    }

    private async IAsyncEnumerable<ListedImage> OfArchiveAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        HashSet<string> listed = [];
        foreach (string modality in Modalities)
        {
            await foreach (StudyHeader study in archive.StudiesAsync(modality, cancel))
            {
                if (!listed.Add(study.Study))
                {
                    continue;
                }

                await foreach (InstanceHeader image in archive.InstancesAsync(study.Study, cancel))
                {
                    if (image.IsPicture)
                    {
                        yield return new ListedImage(study.Study, image.Series, image.Instance, image.Modality!, study.PatientId, study.Date, study.Description, null, null, []);
                    }
                }
            }
        }
    }

    private static async IAsyncEnumerable<ListedImage> OfRecordAsync(StudyRecord studies, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (ArchivedStudy study in await studies.ListAsync(toBeBound: false, cancel))
        {
            foreach (ArchivedPicture image in (await studies.PicturesAsync(study.Study, cancel)).Where(p => p is { GoneVersion: null, Fault: null }))
            {
                yield return new ListedImage(
                    study.Study, image.Series, image.Instance, image.Modality, study.PatientValue ?? study.PatientId, study.Date, image.Description ?? study.Description, image.Frames, image.Side,
                    study.IsBound ? StudyDoubtWords.Of(study.Doubts) : ["not bound to a patient yet", .. StudyDoubtWords.Of(study.Doubts)])
                {
                    PatientSystem = study.PatientValue is null ? null : study.PatientSystem,
                };
            }
        }
    }

    private OpenRun? Take(Predicate<OpenRun> which)
    {
        lock (gate)
        {
            int at = open.FindIndex(which);
            if (at < 0)
            {
                return null;
            }

            OpenRun run = open[at];
            open.RemoveAt(at);
            open.Add(run);
            return run;
        }
    }
}

/// <summary>One image on the list.</summary>
/// <param name="Modality">XA, DX, CR.</param>
/// <param name="Patient">As it is bound, else as sent.</param>
/// <param name="Date">Study Date, eight digits.</param>
/// <param name="Frames">Null where it is not known before the image is opened.</param>
/// <param name="Side">R or L as the station has bound it; null: as the header says.</param>
/// <param name="Doubts">About whose leg it is, in words.</param>
public sealed record ListedImage(string Study, string Series, string Instance, string Modality, string? Patient, string? Date, string? Description, int? Frames, string? Side, IReadOnlyList<string> Doubts)
{
    /// <summary>System of the patient's number where the study is bound; null: as the header says.</summary>
    public string? PatientSystem { get; init; }
}
