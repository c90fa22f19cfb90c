using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Staging;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>The evidence sheet as a QuestionnaireResponse: answers as entered, each with references to what supports it.</summary>
/// <remarks>Observations are referenced where they lie in the bundle, else by the identifier they were sent under; frames by the DICOM instance. No number is repeated but in words beside its reference.</remarks>
public static class EvidenceResponse
{
    private const string YesNo = "http://terminology.hl7.org/CodeSystem/v2-0136";

    private static readonly JsonSerializerOptions Json = new JsonSerializerOptions { WriteIndented = true }.ForFhir(ModelInfo.ModelInspector);

    public static string Text(ExaminationEvidence evidence) => JsonSerializer.Serialize(Of(evidence), Json);

    /// <summary>The response alone, beside a bundle: everything it names is named by identifier.</summary>
    public static QuestionnaireResponse Of(ExaminationEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        QuestionnaireResponse response = Answers(evidence, link => ByIdentifier(link));
        response.Identifier = new Identifier(Systems.ResultId, Identifiers.Evidence(evidence.Examination, 1, evidence.Limb).ToString());
        response.Status = evidence.Sheet.State == EvidenceSheet.Incomplete ? QuestionnaireResponse.QuestionnaireResponseStatus.InProgress : QuestionnaireResponse.QuestionnaireResponseStatus.Completed;
        response.Authored = Time(evidence.Entries.EnteredAt);
        response.Author = new ResourceReference { Type = "Practitioner", Display = evidence.Entries.EnteredBy };
        if (evidence.Simulated)
        {
            response.Meta = new Meta { Security = [new Coding(Systems.ActReason, "HTEST", "test health data")] };
        }

        if (evidence is { Patient: { } patient, PatientSystem: { } system })
        {
            response.Subject = new ResourceReference { Type = "Patient", Identifier = new Identifier(system, patient) };
        }

        return response;
    }

    /// <summary>The response in a session's bundle: <c>in-progress</c> until a physician signed what stands, then <c>completed</c>, <c>amended</c> when something else was signed before.</summary>
    public static QuestionnaireResponse Of(ReportedEvidence reported, BundleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(reported);
        ArgumentNullException.ThrowIfNull(frame);
        ExaminationEvidence evidence = reported.Evidence;
        QuestionnaireResponse response = Answers(evidence, link => link.Kind is EvidenceKind.Finding or EvidenceKind.Trace ? Named(frame.InputReference(Guid.Parse(link.Reference)), link.Words) : ByIdentifier(link));
        response.Meta = frame.Marks(reported.Version);
        response.Identifier = new Identifier(Systems.ResultId, Identifiers.Evidence(evidence.Examination, frame.Report.Binding, evidence.Limb).ToString());
        response.Status = reported switch
        {
            { Withdrawn: true } => QuestionnaireResponse.QuestionnaireResponseStatus.EnteredInError,
            { Signature: null } => QuestionnaireResponse.QuestionnaireResponseStatus.InProgress,
            { Amended: true } => QuestionnaireResponse.QuestionnaireResponseStatus.Amended,
            _ => QuestionnaireResponse.QuestionnaireResponseStatus.Completed,
        };
        response.Subject = new ResourceReference(frame.Patient);
        if (frame.Report.Order is not null)
        {
            response.BasedOn.Add(new ResourceReference(frame.Order));
        }

        if ((reported.Signature?.By ?? evidence.Entries.EnteredBy) is { Length: > 0 } author)
        {
            response.Author = new ResourceReference(frame.Person(author));
            response.Authored = Time(reported.Signature?.At ?? evidence.Entries.EnteredAt);
        }

        return response;
    }

    private static QuestionnaireResponse Answers(ExaminationEvidence evidence, Func<EvidenceLink, DataType> support)
    {
        EvidenceSheet sheet = evidence.Sheet;
        QuestionnaireResponse response = new()
        {
            Questionnaire = Systems.EvidenceQuestionnaire,
            Item = [.. sheet.Lines.GroupBy(l => l.Question.Step).Select(s => Step(s, support))],
        };
        response.Item.Add(Words("state", "State of the checklist as entered; not an indication", [sheet.State]));
        response.Item.Add(Words("limb", "Limb", [evidence.Limb]));
        AddWords(response, "reasons", "Definite failures", sheet.Reasons);
        AddWords(response, "missing", "Missing", sheet.Missing);
        AddWords(response, "beside", "Beside the steps", evidence.Beside);
        response.Item.Add(Words("rule-version", "Version of the rule set", [evidence.RuleVersion]));
        return response;
    }

    private static QuestionnaireResponse.ItemComponent Step(IGrouping<int, EvidenceLine> step, Func<EvidenceLink, DataType> support) => new()
    {
        LinkId = step.Key.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Text = ChecklistQuestion.StepName(step.Key),
        Item = [.. step.SelectMany(l => Line(l, support))],
    };

    private static IEnumerable<QuestionnaireResponse.ItemComponent> Line(EvidenceLine line, Func<EvidenceLink, DataType> support)
    {
        QuestionnaireResponse.ItemComponent question = new() { LinkId = line.Question.Key, Text = line.Question.Text };
        if (line.Answer != ChecklistAnswer.Unknown)
        {
            bool yes = line.Answer == ChecklistAnswer.Yes;
            question.Answer.Add(new QuestionnaireResponse.AnswerComponent { Value = new Coding(YesNo, yes ? "Y" : "N", yes ? "Yes" : "No") });
        }

        yield return question;
        if (line.Support.Count > 0)
        {
            yield return new QuestionnaireResponse.ItemComponent
            {
                LinkId = line.Question.Key + ".support",
                Text = "What it rests on",
                Answer = [.. line.Support.Select(s => new QuestionnaireResponse.AnswerComponent { Value = support(s) })],
            };
        }
    }

    private static DataType ByIdentifier(EvidenceLink link) => link.Kind switch
    {
        EvidenceKind.Statement => new FhirString(link.Words),
        EvidenceKind.Frame => new ResourceReference
        {
            Type = "ImagingStudy",
            Identifier = new Identifier("urn:dicom:uid", "urn:oid:" + link.Reference.Split('#')[0]),
            Display = $"frame {link.Reference.Split('#')[1]}{(link.Words.Length > 0 ? $": {link.Words}" : "")}",
        },
        _ => new ResourceReference { Type = "Observation", Identifier = new Identifier(Systems.ResultId, link.Reference), Display = link.Words },
    };

    private static ResourceReference Named(ResourceReference reference, string words)
    {
        reference.Display = words;
        return reference;
    }

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);

    private static void AddWords(QuestionnaireResponse response, string key, string text, IReadOnlyList<string> words)
    {
        if (words.Count > 0)
        {
            response.Item.Add(Words(key, text, words));
        }
    }

    private static QuestionnaireResponse.ItemComponent Words(string key, string text, IReadOnlyList<string> words) => new()
    {
        LinkId = key,
        Text = text,
        Answer = [.. words.Select(w => new QuestionnaireResponse.AnswerComponent { Value = new FhirString(w) })],
    };
}
